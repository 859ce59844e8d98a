"""Local files that an input may name: those below the host's folders, by whatever way."""

import os
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
from salesforce_connector.file_access import FILES_BELOW, allowed

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
        allowed(path.format(folder=folder), "path")
    assert (error.value.code, error.value.fields) == ("FILE_NOT_ALLOWED", ("path",))


def test_what_lies_below_is_given_without_links(folder: Path) -> None:
    (folder / "real").mkdir()
    (folder / "link").symlink_to(folder / "real", target_is_directory=True)

    assert allowed(folder / "link" / "new.csv", "path") == folder.resolve() / "real" / "new.csv"


@pytest.mark.parametrize(
    ("named", "inside", "outside"),
    [
        (None, tempfile.gettempdir(), "/etc"),
        ("/srv/a" + os.pathsep + "/srv/b", "/srv/b", "/srv/c"),
        ("/", "/etc", None),
        ("", None, tempfile.gettempdir()),
    ],
)
def test_the_host_says_which_folders(
    monkeypatch: pytest.MonkeyPatch, named: str | None, inside: str | None, outside: str | None
) -> None:
    """Not set: that for temporary files. Empty: none. The root: all."""
    monkeypatch.delenv(FILES_BELOW, raising=False)
    if named is not None:
        monkeypatch.setenv(FILES_BELOW, named)
    if inside is not None:
        assert allowed(f"{inside}/x", "path") == Path(os.path.realpath(inside)) / "x"
    if outside is not None:
        with pytest.raises(Rejected, match="Allowed is what lies below"):
            allowed(f"{outside}/x", "path")


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
    given = {name: value.format(secret=secret) for name, value in inputs.items()}
    done = drive(action.flow(action.Input(**given)))

    assert isinstance(done.error, Rejected)
    assert (done.error.code, done.error.fields) == ("FILE_NOT_ALLOWED", (field,))
    assert done.calls == []
    assert secret.read_text(encoding="utf-8") == "Id\nsecret\n"
