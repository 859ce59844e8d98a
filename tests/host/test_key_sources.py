"""Where keys come from: the environment, a file, the system's keyring."""

import stat
from collections.abc import Callable
from pathlib import Path

import keyring.backend
import keyring.errors
import pytest

from connector_host.errors import BadInput, WrongKey
from connector_host.host import Host
from connector_host.store.keys import KeyFile, KeyringEntry, KeySource, KeyText, new_key


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring of the system's, as `keyring` shows it."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.stored: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.stored.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.stored[service, username] = password


class LockedKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked(f"the person said no to {service} {username}")


@pytest.fixture(params=["file", "keyring"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], KeySource]:
    """Open the same place of keys again, as each process does."""
    backend = MemoryKeyring()
    if request.param == "keyring":
        return lambda: KeyringEntry("a host", backend=backend)
    return lambda: KeyFile(tmp_path / "new folder" / "key")


def test_key_is_created_once(source: Callable[[], KeySource]) -> None:
    assert source().load() is None

    created = source().make()

    assert source().make().id == created.id  # who comes second gets the first one's
    loaded = source().load()
    assert loaded is not None
    assert loaded.ids == created.ids == [created.id]


def test_another_key_comes_first_and_the_old_one_stays_until_it_is_retired(
    source: Callable[[], KeySource],
) -> None:
    old = source().make()
    sealed = old.seal({"a": 1}, "here")

    both = source().add()

    assert both.ids == [both.id, old.id]
    assert both.id != old.id
    assert both.open(sealed, "here") == {"a": 1}
    source().retire(both.id)
    left = source().load()
    assert left is not None
    assert left.ids == [both.id]


def test_retiring_keeps_the_named_key_at_any_position(
    source: Callable[[], KeySource],
) -> None:
    old = source().make()
    source().add()

    source().retire(old.id)

    left = source().load()
    assert left is not None
    assert left.ids == [old.id]


def test_key_file_stays_private_to_its_owner(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "folder" / "key")
    for change in (file.make, file.add, lambda: file.retire(file.make().id)):
        change()
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
        assert [path.name for path in file.path.parent.iterdir()] == ["key"]
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


def test_key_in_the_environment_is_not_changed() -> None:
    source = KeyText(new_key())

    with pytest.raises(BadInput, match="a comma before the present value"):
        source.add()
    source.retire("0")
    assert len(source.load().ids) == 1


def test_locked_keyring_creates_no_key() -> None:
    locked = KeyringEntry("a host", backend=LockedKeyring())

    for call in (locked.load, locked.make, locked.add):
        with pytest.raises(WrongKey, match="The system's keyring cannot be used: KeyringLocked"):
            call()


def test_environment_selects_the_key(tmp_path: Path) -> None:
    key = new_key()
    text = Host(environment={"CONNECTOR_HOST_KEY": key, "CONNECTOR_HOST_KEY_FILE": "/x"}).keys
    file = Host(environment={"CONNECTOR_HOST_KEY_FILE": str(tmp_path / "key")}).keys
    ring = Host(environment={"CONNECTOR_HOST_KEYRING": "a host"}).keys
    default = Host(environment={}).keys

    assert isinstance(text, KeyText)
    assert text.load().id == KeyText(key).load().id
    assert isinstance(file, KeyFile)
    assert file.path == tmp_path / "key"
    assert isinstance(ring, KeyringEntry)
    assert isinstance(default, KeyFile)
    assert default.path.name == "key"
