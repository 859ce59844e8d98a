"""`make new-action` writes files that fit, and tests that fail until they are filled in."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.new_action import CATALOG, ROOT, CannotWrite, write_action

NAME = "count_wheels"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with nothing but the catalog, and what the tests share."""
    for path in (CATALOG, "tests/flow_driver.py"):
        copy = tmp_path / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text((ROOT / path).read_text("utf-8"), "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "name", ["", "count", "CountWheels", "count-wheels", "../x", "create_record"]
)
def test_an_invalid_or_used_name_writes_no_file(root: Path, name: str) -> None:
    before = sorted(root.rglob("*"))
    with pytest.raises(CannotWrite):
        write_action(name, root)
    assert sorted(root.rglob("*")) == before


def test_a_second_time_overwrites_nothing(root: Path) -> None:
    written = write_action(NAME, root)
    texts = [path.read_text("utf-8") for path in written]
    with pytest.raises(CannotWrite):
        write_action(NAME, root)
    assert [path.read_text("utf-8") for path in written] == texts


def test_the_files_are_in_form_and_the_catalog_names_the_action(root: Path) -> None:
    written = write_action(NAME, root)

    assert f'    "{NAME}",\n' in (root / CATALOG).read_text("utf-8")
    config = f"--config={ROOT / 'pyproject.toml'}"
    for command in (["check", "-q", "--ignore=INP001,S101"], ["format", "-q", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, config, *map(str, written)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.slow
def test_its_flow_test_fails_until_it_is_filled_in(root: Path) -> None:
    write_action(NAME, root)
    (root / "sitecustomize.py").write_text(
        "import salesforce_actions.actions as package\n"
        f"package.__path__.append({str(root / 'actions/salesforce_actions/actions')!r})\n",
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={root}",
         str(root / f"tests/actions/test_{NAME}_flow.py")],
        cwd=root, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": f"{root}:{root / 'tests'}", "PATH": ""},
    )  # fmt: skip

    assert "add a test for each branch" in done.stdout, done.stdout + done.stderr
    assert "1 failed, 2 passed" in done.stdout
