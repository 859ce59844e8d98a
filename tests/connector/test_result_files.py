"""Files of bulk queries: whole under their names or not there, and resumed page by page."""

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from connector.killed_export import SIZES
from connector.results_org import JOB, Down, Engine, ResultsOrg

from salesforce_connector.bulk.result_files import numbered_path
from salesforce_connector.errors import ConnectorError, Rejected, Unavailable

KINDS = pytest.mark.parametrize("kind", ["threads", "loop"])
ENCODINGS = pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
FORMATS = pytest.mark.parametrize("file_format", ["csv", "csv_gzip", "parquet"])
TESTS = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def any_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESFORCE_CONNECTOR_FILES_BELOW", "/")


@pytest.fixture
def engines() -> Iterator[list[Engine]]:
    """Engines to be closed at the end."""
    engines_made: list[Engine] = []
    yield engines_made
    for engine in engines_made:
        engine.close()


def read_rows(path: Path, file_format: str) -> list[list[str]]:
    """Return the rows of a file, which has one header."""
    if file_format == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        with parquet.ParquetFile(path) as file:
            return [[row["Id"], row["Name"]] for row in file.read().to_pylist()]
    content = path.read_bytes()
    text = gzip.decompress(content) if file_format == "csv_gzip" else content
    header, *rows = csv.reader(io.StringIO(text.decode(), newline=""))
    assert header == ["Id", "Name"]
    return rows


@KINDS
@ENCODINGS
@FORMATS
def test_a_file_holds_all_rows_under_one_header(
    kind: str, encoding: str, file_format: str, tmp_path: Path, engines: list[Engine]
) -> None:
    org = ResultsOrg(SIZES, encoding=encoding)
    engines.append(Engine(org, kind))
    path = tmp_path / "rows"
    output = engines[0].run(format=file_format, path=str(path))["output"]
    assert read_rows(path, file_format) == org.rows
    assert (output["total"], output["files"]) == (len(org.rows), [str(path)])
    assert list(tmp_path.iterdir()) == [path]


@KINDS
def test_one_gzipped_page_is_written_unchanged(
    kind: str, tmp_path: Path, engines: list[Engine]
) -> None:
    org = ResultsOrg([3], encoding="gzip")
    engines.append(Engine(org, kind))
    engines[0].run(format="csv_gzip", path=str(tmp_path / "rows.csv.gz"))
    assert (tmp_path / "rows.csv.gz").read_bytes() == org.bodies[0]


@KINDS
def test_later_pages_are_appended_as_gzip_members_without_header(
    kind: str, tmp_path: Path, engines: list[Engine]
) -> None:
    org = ResultsOrg([3, 2], encoding="gzip")
    engines.append(Engine(org, kind))
    engines[0].run(format="csv_gzip", path=str(tmp_path / "rows.csv.gz"))
    content = (tmp_path / "rows.csv.gz").read_bytes()
    assert content.startswith(org.bodies[0])
    second = gzip.decompress(content.removeprefix(org.bodies[0]))
    assert second == b'"3","Acme ""3""\nInc."\n"4","Acme ""4""\nInc."\n'


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rows.csv.gz", "rows-0002.csv.gz"),
        ("rows.csv", "rows-0002.csv"),
        ("acme.com 2026.11.csv.gz", "acme.com 2026.11-0002.csv.gz"),
        ("rows", "rows-0002"),
        (".rows", ".rows-0002"),
    ],
)
def test_the_number_of_a_page_is_put_before_the_ending(name: str, expected: str) -> None:
    assert numbered_path(Path("/out") / name, 2) == Path("/out") / expected


@KINDS
@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_each_page_has_a_file_of_its_own(
    kind: str, encoding: str, tmp_path: Path, engines: list[Engine]
) -> None:
    """Gzipped pages as they came; a file of a larger result from before is removed."""
    org = ResultsOrg([3, 2, 1], encoding=encoding)
    engines.append(Engine(org, kind))
    (tmp_path / "rows-0004.csv.gz").write_bytes(b"of an earlier run")
    output = engines[0].run(
        format="csv_gzip", path=str(tmp_path / "rows.csv.gz"), one_file_per_page=True
    )["output"]
    paths = [tmp_path / f"rows-000{number}.csv.gz" for number in (1, 2, 3)]
    assert (output["path"], output["files"]) == (None, [*map(str, paths)])
    assert sorted(tmp_path.iterdir()) == paths
    rows = [row for path in paths for row in read_rows(path, "csv_gzip")]
    assert rows == org.rows
    if encoding:
        assert [path.read_bytes() for path in paths] == [org.bodies[item] for item in range(3)]


@KINDS
def test_files_of_pages_resume_after_the_last_one(
    kind: str, tmp_path: Path, engines: list[Engine]
) -> None:
    inputs: dict[str, Any] = {
        "format": "csv",
        "path": str(tmp_path / "rows.csv"),
        "one_file_per_page": True,
    }
    engines.append(Engine(Down([4_000] * 4), kind))
    with pytest.raises(Unavailable):
        engines[0].run({"retry_for": 0}, pages_at_once=1, **inputs)
    names = [f"rows-000{number}.csv" for number in (1, 2, 3)]
    assert sorted(path.name for path in tmp_path.iterdir()) == names

    org = ResultsOrg([4_000] * 4)
    engines.append(Engine(org, kind))
    engines[1].run({"resume": engines[0].states[-1]}, **inputs)
    assert org.fetched == [3]
    rows = [row for path in sorted(tmp_path.iterdir()) for row in read_rows(path, "csv")]
    assert rows == org.rows


@KINDS
def test_a_permanent_error_leaves_no_file_of_a_page(
    kind: str, tmp_path: Path, engines: list[Engine]
) -> None:
    engines.append(Engine(ResultsOrg([4_000] * 3, fails_once=2), kind))
    inputs: dict[str, Any] = {
        "format": "csv",
        "path": str(tmp_path / "rows.csv"),
        "one_file_per_page": True,
    }
    with pytest.raises(Rejected):
        engines[0].run(pages_at_once=1, **inputs)
    assert list(tmp_path.iterdir()) == []


@KINDS
@FORMATS
def test_a_damaged_page_is_an_error_that_a_later_run_resumes_from(
    kind: str, file_format: str, tmp_path: Path, engines: list[Engine]
) -> None:
    """HTTP calls it complete, gzip does not: nothing is there under the file's name."""
    path = tmp_path / "rows"
    inputs: dict[str, Any] = {"format": file_format, "path": str(path), "pages_at_once": 1}
    engines.append(Engine(ResultsOrg([4_000] * 3, encoding="gzip", damaged=1), kind))
    with pytest.raises(Unavailable) as caught:
        engines[0].run(**inputs)
    assert caught.value.code == "DAMAGED_PAGE"
    assert not path.exists()

    org = ResultsOrg([4_000] * 3, encoding="gzip")
    engines.append(Engine(org, kind))
    engines[1].run({"resume": engines[0].states[-1]}, **inputs)
    assert read_rows(path, file_format) == org.rows
    assert org.fetched == [1, 2]
    assert list(tmp_path.iterdir()) == [path]


def test_a_body_that_is_not_gzip_leaves_no_file(tmp_path: Path, engines: list[Engine]) -> None:
    engines.append(Engine(ResultsOrg([3], encoding="gzip", mislabelled=True), "threads"))
    with pytest.raises(Unavailable) as caught:
        engines[0].run(format="csv_gzip", path=str(tmp_path / "rows.csv.gz"))
    assert caught.value.code == "DAMAGED_PAGE"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["", "gzip"])
@pytest.mark.parametrize("pages", [1, 4])
@pytest.mark.parametrize(
    ("file_format", "one_file_per_page"),
    [("csv", False), ("csv_gzip", False), ("csv_gzip", True), ("parquet", False)],
)
def test_a_killed_process_loses_no_row_and_doubles_none(
    file_format: str,
    one_file_per_page: bool,
    pages: int,
    encoding: str,
    tmp_path: Path,
    engines: list[Engine],
) -> None:
    """What it had fetched is not fetched again; the file is not there before it is whole."""
    path = tmp_path / "rows"
    inputs: dict[str, Any] = {
        "format": file_format,
        "path": str(path),
        "pages_at_once": 1,
        "one_file_per_page": one_file_per_page,
    }
    process = subprocess.run(
        [sys.executable, "-m", "connector.killed_export", json.dumps(inputs), str(pages), encoding],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert process.returncode == -signal.SIGKILL, process.stderr
    assert not path.exists()
    state = json.loads(process.stdout.splitlines()[-1])

    org = ResultsOrg(SIZES, encoding=encoding)
    engines.append(Engine(org, "threads"))
    output = engines[0].run({"resume": state}, **inputs)["output"]

    assert org.fetched == list(range(pages, len(SIZES)))
    assert sorted(map(str, tmp_path.iterdir())) == output["files"]
    rows = [row for file in output["files"] for row in read_rows(Path(file), file_format)]
    assert rows == org.rows


@KINDS
def test_a_file_continues_after_what_the_state_reports(kind: str, tmp_path: Path) -> None:
    """A killed run may have written more than it reported: that is cut off."""
    org = ResultsOrg([4_000] * 4, fails_once=3)
    engine = Engine(org, kind)
    path = tmp_path / "rows.csv"
    with pytest.raises(ConnectorError):
        engine.run(format="csv", path=str(path), pages_at_once=1)
    state = engine.states[-1]
    assert state["done"] == 12_000
    text = "".join(
        f'"{key}","{name.replace(chr(34), chr(34) * 2)}"\n' for key, name in org.rows[:12_000]
    )
    part = tmp_path / state["part"]
    part.write_text(f'"Id","Name"\n{text}"12000","half of a r')
    org.fetched.clear()

    engine.run({"resume": state}, format="csv", path=str(path), pages_at_once=1)

    assert read_rows(path, "csv") == org.rows
    assert org.fetched == [3]
    assert list(tmp_path.iterdir()) == [path]
    engine.close()


@KINDS
@pytest.mark.parametrize("part", ["../elsewhere", "rows.csv", ".rows.csv.0123456789abcdef.part"])
def test_rows_whose_part_is_missing_are_fetched_again(kind: str, part: str, tmp_path: Path) -> None:
    org = ResultsOrg([4_000] * 4)
    engine = Engine(org, kind)
    path = tmp_path / "rows.csv"
    state = {"job_ids": [JOB], "part": part, "bytes": 5, "locator": "page-2", "done": 8_000}
    engine.run({"resume": state}, format="csv", path=str(path))
    assert read_rows(path, "csv") == org.rows
    engine.close()


@KINDS
@pytest.mark.parametrize("listens", [True, False])
def test_a_part_stays_only_where_the_host_knows_the_state(
    kind: str, listens: bool, tmp_path: Path
) -> None:
    """An outage ends the run; what was fetched is of use only to a host that got the state."""
    org = Down([4_000] * 4)
    engine = Engine(org, kind)
    context = {"retry_for": 0} if listens else {"retry_for": 0, "progress": None}
    with pytest.raises(ConnectorError):
        engine.run(context, format="csv", path=str(tmp_path / "rows.csv"), pages_at_once=1)

    names = [file.name for file in tmp_path.iterdir()]
    assert names == ([engine.states[-1]["part"]] if listens else [])
    if listens:
        state, up = engine.states[-1], ResultsOrg([4_000] * 4)
        engine.close()
        engine = Engine(up, kind)
        path = tmp_path / "rows.csv"
        engine.run({"resume": state}, format="csv", path=str(path), pages_at_once=1)
        assert read_rows(path, "csv") == up.rows
        assert up.fetched == [3]
        assert list(tmp_path.iterdir()) == [path]
    engine.close()
