"""What docs/host.md shows, run as it stands."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from connector_host.cli import build
from connector_host.exit_codes import MEANINGS

PAGE = Path(__file__).parents[2] / "docs" / "host.md"
TEXT = PAGE.read_text("utf-8")
COMMANDS = re.findall(r"^    salesforce-connector (.*)$", TEXT, flags=re.MULTILINE)


def test_the_two_small_stores_are_made_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    environment, manager = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    names: dict[str, Any] = {}

    exec(compile(environment, "docs/host.md", "exec"), names)  # noqa: S102 - our own page
    exec(compile(manager, "docs/host.md", "exec"), names)  # noqa: S102 - our own page
    store = names["store"]
    created = store.add("acme", connector="c", method="m", settings={}, secrets={}, credentials={})
    created.save({"n": 1})
    with created.lock():
        assert store.get("acme").credentials == {"n": 1}
    store.remove("acme")
    stored = names["EnvironmentStore"](names["variables"]).get("acme")
    assert (stored.connector, stored.method) == ("salesforce", "client_credentials")


def test_commands_are_listed() -> None:
    assert len(COMMANDS) > 12


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_is_one_that_there_is(line: str) -> None:
    """Its commands and options exist; --help prevents that anything is done."""
    words = [word for word in shlex.split(line) if word != "..."]

    ended = CliRunner().invoke(build(), [*words, "--help"], prog_name="salesforce-connector")

    assert ended.exit_code == 0, ended.output
    assert "Examples:" in ended.output


def test_the_page_lists_the_exit_codes_as_they_are() -> None:
    rows = dict(re.findall(r"^\| (\d+) \| (.+) \|$", TEXT, re.MULTILINE))

    stated = {int(code): text.replace("`", "") for code, text in rows.items()}
    assert stated == MEANINGS
