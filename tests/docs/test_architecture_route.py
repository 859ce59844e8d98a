"""The architecture page's route of a call: each file that it names is entered, in that order."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from local_apps import app_settings

import connector_host
import salesforce_actions
import salesforce_connector
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore
from salesforce_actions.plugin import plugin
from salesforce_emulator.opening import open_org
from salesforce_emulator.serving.server import serve

PAGE = Path(__file__).resolve().parents[2] / "docs/architecture.md"
PACKAGES = [
    Path(package.__path__[0])
    for package in (connector_host, salesforce_actions, salesforce_connector)
]


@pytest.fixture(scope="module")
def entered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The files that the third create of a connection enters, in the order of first entry."""
    org = open_org()
    store = ConnectionStore.in_folder(tmp_path_factory.mktemp("store"))
    runner = Runner(Registry.load(), store)
    inputs = {"sobject": "Account", "fields": {"Name": "Acme"}, "allow_duplicates": True}
    with serve(org) as url:
        settings = {**app_settings(org, "automation"), "my_domain_url": url, "local_org": True}
        runner.connect("acme", "salesforce", "client_credentials", settings)
        for _ in range(2):
            runner.run("acme", "create_record", inputs)
        yield trace(lambda: runner.run("acme", "create_record", inputs))
        plugin.close()
    store.close()
    org.close()


def trace(run: Any) -> list[str]:
    files: dict[str, None] = {}

    def note(frame: FrameType, event: str, _: Any) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and any(path.is_relative_to(package) for package in PACKAGES):
            package = next(each for each in PACKAGES if path.is_relative_to(each))
            files.setdefault(f"{package.name}/{path.relative_to(package)}")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
    return [*files]


def listed() -> list[str]:
    """Return the files of the page's table, with their packages."""
    text = PAGE.read_text("utf-8")
    table = text.partition("### Files of one create")[2].partition("\n## ")[0]
    files = []
    for package, names in re.findall(r"^\| `(\w+)` \| (.+?) \|", table, re.MULTILINE):
        files += [f"{package}/{name}" for name in re.findall(r"`([\w/]+\.py)`", names)]
    return files


def test_each_file_of_the_table_is_entered(entered: list[str]) -> None:
    assert len(listed()) > 20
    assert [name for name in listed() if name not in entered] == []


def test_the_table_names_each_package_in_the_order_of_the_call(entered: list[str]) -> None:
    for package in ("connector_host", "salesforce_actions", "salesforce_connector"):
        names = [name for name in listed() if name.startswith(f"{package}/")]
        assert names == sorted(names, key=entered.index), package


def test_the_count_is_about_right(entered: list[str]) -> None:
    """Within a fifth: a refactoring need not count again, and a route that doubled is noticed."""
    (count,) = re.findall(r"enters (\d+) files", PAGE.read_text("utf-8"))

    assert 0.8 < len(entered) / int(count) < 1.25, len(entered)
