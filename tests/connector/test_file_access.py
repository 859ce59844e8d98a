"""Local files that an input may name: those below the host's folders, by whatever way."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from flow_driver import drive

from salesforce_actions.actions import (
    bulk_query,
    bulk_write,
    download_file,
    get_bulk_results,
    retry_failed_records,
    upload_file,
)
from salesforce_connector.errors import Rejected
from salesforce_connector.files.file_access import (
    FILES_BELOW,
    open_to_read,
    private_folder,
    resolve_to_read,
    resolve_to_write,
)
from salesforce_connector.files.new_file import NewFile
from salesforce_connector.files.unfinished_files import STALE_AFTER

JOB = "7505fEXAMPLE5ZcAAE"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one folder that the host allows, beside others."""
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "inside-not").mkdir()
    (tmp_path / "secret").write_text("Id\nsecret\n", encoding="utf-8")
    monkeypatch.setenv(FILES_BELOW, str(inside))
    return inside


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "{folder}/../secret",
        "{folder}/no/../../secret",
        "{folder}-not/x",
        "{folder}/out",
        "{folder}/up/secret",
        "{folder}/a\0b",
        "relative",
        "",
    ],
)
def test_a_path_that_leads_out_is_refused(folder: Path, path: str) -> None:
    """By dots, by a name that begins alike, by a link at its end or on its way."""
    (folder / "out").symlink_to(folder.parent / "secret")
    (folder / "up").symlink_to(folder.parent, target_is_directory=True)
    with pytest.raises(Rejected) as error:
        resolve_to_read(path.format(folder=folder), "path")
    assert (error.value.code, error.value.fields) == ("FILE_NOT_ALLOWED", ("path",))


def test_a_path_below_an_allowed_folder_is_resolved(folder: Path) -> None:
    (folder / "real").mkdir()
    (folder / "link").symlink_to(folder / "real", target_is_directory=True)

    expected = folder.resolve() / "real" / "new.csv"
    assert resolve_to_write(folder / "link" / "new.csv", "path") == expected


@pytest.mark.parametrize(
    ("names", "inside", "outside"),
    [
        ("/srv/a" + os.pathsep + "/srv/b", "/srv/b", "/srv/c"),
        ("/", "/etc", None),
        ("", None, tempfile.gettempdir()),
    ],
)
def test_the_host_reports_which_folders(
    monkeypatch: pytest.MonkeyPatch, names: str, inside: str | None, outside: str | None
) -> None:
    """Empty: none. The root: all."""
    monkeypatch.setenv(FILES_BELOW, names)
    for resolve in (resolve_to_read, resolve_to_write):
        if inside is not None:
            assert resolve(f"{inside}/x", "path") == Path(os.path.realpath(inside)) / "x"
        if outside is not None:
            with pytest.raises(Rejected, match="Allowed: below"):
                resolve(f"{outside}/x", "path")


@pytest.fixture
def no_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose host names no folders; gives the user's private one."""
    monkeypatch.delenv(FILES_BELOW)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return private_folder()


def test_without_a_word_of_the_host_nothing_is_read(no_host: Path) -> None:
    resolve_to_write(no_host / "x", "path")
    for path in (no_host / "x", Path(tempfile.gettempdir()) / "x"):
        with pytest.raises(Rejected) as error:
            resolve_to_read(path, "path")
        assert error.value.code == "FILE_NOT_ALLOWED"


def test_without_a_word_of_the_host_files_are_written_to_a_private_folder(no_host: Path) -> None:
    with pytest.raises(Rejected, match=str(no_host)):
        resolve_to_write(Path(tempfile.gettempdir()) / "x", "path")

    assert resolve_to_write(no_host / "x", "path") == no_host / "x"
    assert stat.S_IMODE(no_host.stat().st_mode) == 0o700
    no_host.chmod(0o755)
    resolve_to_write(no_host / "x", "path")
    assert stat.S_IMODE(no_host.stat().st_mode) == 0o700


def test_a_private_folder_that_is_a_link_is_refused(no_host: Path, tmp_path: Path) -> None:
    no_host.parent.mkdir(parents=True)
    (tmp_path / "theirs").mkdir()
    no_host.symlink_to(tmp_path / "theirs", target_is_directory=True)
    with pytest.raises(Rejected):
        resolve_to_write(no_host / "x", "path")
    assert list((tmp_path / "theirs").iterdir()) == []


def test_of_two_runs_that_write_one_path_the_later_one_wins_whole(folder: Path) -> None:
    path = folder / "out.csv"
    first, second = NewFile(path), NewFile(path)
    for number in range(1_000):
        first.write(b"first %d\n" % number)
        second.write(b"second %d\n" % number)
    second.finish()
    assert path.read_bytes().startswith(b"second 0\n")
    first.finish()

    assert path.read_bytes() == b"".join(b"first %d\n" % number for number in range(1_000))
    assert list(folder.iterdir()) == [path]


def test_a_new_file_is_only_for_its_user_and_an_old_one_keeps_its_mode(folder: Path) -> None:
    new, old = folder / "new", folder / "old"
    old.write_bytes(b"old")
    old.chmod(0o640)
    for path in (new, old):
        with NewFile(path) as file:
            file.write(b"x")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (new, old)] == [0o600, 0o640]


def test_a_planted_symbolic_link_at_the_target_is_replaced(folder: Path) -> None:
    secret = folder.parent / "secret"
    target = folder / "out.csv"
    with NewFile(target) as file:
        file.write(b"mine")
        target.symlink_to(secret)

    assert (target.is_symlink(), target.read_bytes()) == (False, b"mine")
    assert secret.read_bytes() == b"Id\nsecret\n"


def test_a_planted_symbolic_link_in_the_path_is_not_followed(folder: Path) -> None:
    below = folder / "below"
    below.mkdir()
    target = resolve_to_write(below / "out.csv", "path")
    below.rename(folder / "moved")
    below.symlink_to(folder.parent, target_is_directory=True)
    with pytest.raises(Rejected), NewFile(target) as file:
        file.write(b"x")
    with pytest.raises(Rejected), open_to_read(target):
        pass
    assert not (folder.parent / "out.csv").exists()


def test_a_link_to_a_file_is_not_opened_to_read(folder: Path) -> None:
    link = folder / "link"
    link.symlink_to(folder.parent / "secret")
    with pytest.raises(Rejected) as error, open_to_read(link):
        pass
    assert error.value.code == "FILE_NOT_READABLE"


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(Rejected, match="regular"), open_to_read(folder / "pipe"):
        pass


def write_all(path: Path, size: int) -> None:
    with NewFile(path) as file:
        for _ in range(200):
            file.write(b"x" * size)


def test_a_full_disk_raises_a_connector_error_and_leaves_no_file(folder: Path) -> None:
    """The limit on a file's size fails as a full disk does, at a write or at the end."""
    resource = pytest.importorskip("resource")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, old[1]))
    try:
        for size in (100, 100_000):
            with pytest.raises(Rejected) as error:
                write_all(folder / "out", size)
            assert (error.value.code, list(folder.iterdir())) == ("FILE_NOT_WRITABLE", [])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)


@pytest.mark.parametrize(
    ("action", "inputs", "field"),
    [
        (upload_file, {"path": "{secret}"}, "path"),
        (download_file, {"id": "069D00000000so2IAA", "path": "{secret}"}, "path"),
        (bulk_query, {"soql": "SELECT Id FROM Lead", "format": "csv", "path": "{secret}"}, "path"),
        (bulk_write, {"sobject": "Lead", "operation": "delete", "path": "{secret}"}, "path"),
        (
            bulk_write,
            {"sobject": "Lead", "operation": "delete", "csv": "Id\n1\n", "results_folder": "/etc"},
            "results_folder",
        ),
        (get_bulk_results, {"job_id": JOB, "results_folder": "/etc"}, "results_folder"),
        (retry_failed_records, {"job_id": JOB, "results_folder": "/etc"}, "results_folder"),
    ],
)
def test_each_action_refuses_before_any_call(
    folder: Path, action: Any, inputs: dict[str, str], field: str
) -> None:
    secret = folder.parent / "secret"
    values = {name: value.format(secret=secret) for name, value in inputs.items()}
    done = drive(action.flow(action.Input(**values)))

    assert isinstance(done.error, Rejected)
    assert (done.error.code, done.error.fields) == ("FILE_NOT_ALLOWED", (field,))
    assert done.calls == []
    assert secret.read_text(encoding="utf-8") == "Id\nsecret\n"


PART = ".out.csv.0123456789abcdef.part"
OLD = STALE_AFTER + 3_600.0  # seconds


def age(path: Path, seconds: float) -> None:
    there = path.lstat().st_mtime
    os.utime(path, (there - seconds, there - seconds), follow_symlinks=False)


def kill_while_writing(path: Path) -> Path:
    """Have a process killed in the middle of a file; gives what it left behind."""
    killed = (
        "import os, pathlib, sys\n"
        "from salesforce_connector.files.new_file import NewFile\n"
        "file = NewFile(pathlib.Path(sys.argv[1]))\n"
        "file.write(b'half')\n"
        "file.file.flush()\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", killed, path], check=False)
    [left] = path.parent.iterdir()
    return left


def test_a_killed_process_file_is_removed_a_week_later(folder: Path) -> None:
    left = kill_while_writing(folder / "out.csv")
    with NewFile(folder / "first.csv") as file:
        file.write(b"whole")
    assert left.exists()

    age(left, OLD)
    with NewFile(folder / "other.csv") as file:
        file.write(b"whole")

    assert sorted(path.name for path in folder.iterdir()) == ["first.csv", "other.csv"]


def test_a_file_that_is_being_written_is_not_removed(folder: Path) -> None:
    with NewFile(folder / "slow.csv") as slow:
        slow.write(b"half")
        [unfinished] = folder.iterdir()
        age(unfinished, OLD)
        with NewFile(folder / "other.csv") as file:
            file.write(b"whole")
        slow.write(b", and whole")

    assert (folder / "slow.csv").read_bytes() == b"half, and whole"


def test_only_stale_partial_files_of_the_connector_are_removed(folder: Path) -> None:
    """Neither what is young, nor a link or what it leads to, nor a file of another name."""
    outside = folder.parent / PART
    outside.write_bytes(b"theirs")
    names = (".young.0123456789abcdef.part", "out.csv.part", ".out.csv.part", ".x.0123.part")
    for name in names:
        (folder / name).write_bytes(b"")
        age(folder / name, OLD if name != names[0] else 60)
    (folder / PART).symlink_to(outside)
    os.link(outside, folder / ".hard.0123456789abcdef.part")
    (folder / ".folder.0123456789abcdef.part").mkdir()
    age(outside, OLD)
    before = {path.name for path in folder.iterdir()}

    with NewFile(folder / "new.csv") as file:
        file.write(b"x")

    assert {path.name for path in folder.iterdir()} == before | {"new.csv"}
    assert outside.read_bytes() == b"theirs"


def test_a_partial_file_is_resumed_by_one_run_only(folder: Path) -> None:
    left = kill_while_writing(folder / "out.csv")
    first, second = NewFile(folder / "out.csv"), NewFile(folder / "out.csv")

    assert first.resume(left.name, 2)
    assert not second.resume(left.name, 2)
    first.write(b"ndsome")
    first.finish()
    assert (folder / "out.csv").read_bytes() == b"handsome"


@pytest.mark.parametrize("plant", ["link", "hard link", "pipe", "folder", "short"])
def test_a_planted_partial_file_is_not_resumed(folder: Path, plant: str) -> None:
    """Nothing is opened that another process, or a link, put under the name of half a file."""
    outside, part = folder.parent / "secret", folder / PART
    match plant:
        case "link":
            part.symlink_to(outside)
        case "hard link":
            os.link(outside, part)
        case "pipe":
            os.mkfifo(part)
        case "folder":
            part.mkdir()
        case _:
            part.write_bytes(b"x")
    file = NewFile(folder / "out.csv")

    assert not file.resume(PART, 5)
    assert not file.resume("../secret", 0)
    assert not file.resume(".other.csv.0123456789abcdef.part", 0)
    assert outside.read_bytes() == b"Id\nsecret\n"
