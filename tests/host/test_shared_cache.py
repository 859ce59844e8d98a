"""What connectors cache for all processes of a machine."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector_host.hookspecs import SharedCache
from connector_host.host import Host
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.shared_cache import FileCache


@pytest.fixture
def cache(file_store: ConnectionStore) -> FileCache:
    assert file_store.shared_cache is not None
    return file_store.shared_cache


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store" / "cache"


def test_second_store_object_reads_the_connection(cache: FileCache, tmp_path: Path) -> None:
    cache.put("account", b"\x00described")
    other = ConnectionStore.in_folder(tmp_path / "store")

    assert other.shared_cache is not None
    assert other.shared_cache.get("account") == b"\x00described"
    assert other.shared_cache.get("contact") is None
    other.close()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.binary(max_size=200)), max_size=8))
def test_last_value_of_each_key_is_returned(
    tmp_path_factory: pytest.TempPathFactory, puts: list[tuple[str, bytes]]
) -> None:
    store = ConnectionStore.in_folder(tmp_path_factory.mktemp("store"))
    assert store.shared_cache is not None
    for key, value in puts:
        store.shared_cache.put(key, value)
    assert {key: store.shared_cache.get(key) for key, _ in puts} == dict(puts)
    store.close()


def test_cache_files_are_private_and_reveal_nothing(cache: FileCache, folder: Path) -> None:
    cache.put("00D000000000062 Account", b"SECRET_OBJECT__c")
    (file,) = folder.iterdir()

    assert folder.stat().st_mode & 0o077 == 0
    assert file.stat().st_mode & 0o077 == 0
    assert "00D000000000062" not in file.name
    assert b"SECRET_OBJECT" not in file.read_bytes()


@pytest.mark.parametrize("change", ["cut", "flipped", "empty", "binary"])
def test_changed_cache_value_is_missing(cache: FileCache, folder: Path, change: str) -> None:
    cache.put("key", b"described" * 50)
    (file,) = folder.iterdir()
    sealed = file.read_bytes()
    middle = len(sealed) // 2
    flipped = b"B" if sealed[middle : middle + 1] == b"A" else b"A"
    changed = {
        "cut": sealed[:-8],
        "flipped": sealed[:middle] + flipped + sealed[middle + 1 :],
        "empty": b"",
        "binary": b"\xff\xfe",
    }
    file.write_bytes(changed[change])

    assert cache.get("key") is None
    cache.put("key", b"anew")
    assert cache.get("key") == b"anew"


def test_value_under_another_name_is_missing(cache: FileCache, folder: Path) -> None:
    """Or a description of one user could be slipped to another."""
    cache.put("ann", b"for ann")
    (anns,) = folder.iterdir()
    cache.put("eve", b"for eve")
    (eves,) = [file for file in folder.iterdir() if file != anns]
    shutil.copy(eves, anns)

    assert cache.get("ann") is None


def test_value_of_another_store_is_missing(cache: FileCache, folder: Path, tmp_path: Path) -> None:
    other = ConnectionStore.in_folder(tmp_path / "other")
    assert other.shared_cache is not None
    other.shared_cache.put("key", b"forged")
    cache.put("key", b"ours")
    (file,) = folder.iterdir()
    (forged,) = (tmp_path / "other" / "cache").iterdir()
    shutil.copy(forged, file)

    assert cache.get("key") is None
    other.close()


@pytest.mark.parametrize("mode", [0o755, 0o777])
def test_cache_folder_that_others_can_read_is_not_used(
    cache: FileCache, folder: Path, mode: int
) -> None:
    folder.mkdir()
    folder.chmod(mode)
    cache.put("key", b"value")

    assert list(folder.iterdir()) == []
    assert cache.get("key") is None


def test_cache_folder_that_cannot_be_created_is_no_error(
    file_store: ConnectionStore, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    cache: SharedCache = FileCache(tmp_path / "file" / "cache", file_store.sealer)
    cache.put("key", b"value")

    assert cache.get("key") is None


def test_it_is_bounded(file_store: ConnectionStore, folder: Path) -> None:
    cache = FileCache(folder, file_store.sealer, max_bytes=20_000)
    for number in range(97):
        cache.put(f"key {number}", bytes(str(number), "ascii") * 400)

    sizes = [file.stat().st_size for file in folder.iterdir()]
    assert sum(sizes) <= 20_000 + max(sizes)
    assert cache.get("key 96") is not None


def test_it_is_off_where_the_host_says_so(tmp_path: Path) -> None:
    place = tmp_path / "connections.sqlite3"
    key = {"CONNECTOR_HOST_KEY_FILE": str(tmp_path / "key")}
    on = Host(store=place, environment=key)
    off = Host(store=place, environment={**key, "CONNECTOR_HOST_CACHE": "off"})
    try:
        assert on.store.shared_cache is not None
        assert off.store.shared_cache is None
    finally:
        on.close()
        off.close()
