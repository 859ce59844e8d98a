"""The wheel: built, installed beside a second connector, found, run, uninstalled."""

import json
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest
from package.wheel_environment import WheelEnvironment

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "host" / "tiny_connector"
PROJECT = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text())["project"]
NAME = PROJECT["name"]
(COMMAND,) = PROJECT["scripts"]
(CONNECTOR,) = PROJECT["entry-points"]["workflow_connectors"]
LIST = """
from importlib.metadata import entry_points
for entry in sorted(entry_points(group="workflow_connectors")):
    print(entry.name, type(entry.load()).__name__)
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> WheelEnvironment:
    return WheelEnvironment(tmp_path_factory.mktemp("environment"))


@pytest.fixture(scope="module")
def wheel(environment: WheelEnvironment) -> Path:
    return environment.build(ROOT)


@pytest.fixture(scope="module")
def tiny_wheel(environment: WheelEnvironment) -> Path:
    return environment.build(TINY)


def listed(environment: WheelEnvironment) -> list[str]:
    """The connectors that any engine would find, by entry point."""
    ended = environment.run("python", "-c", LIST)
    assert ended.returncode == 0, ended.stderr
    return [line.split()[0] for line in ended.stdout.splitlines()]


def manifest(environment: WheelEnvironment, *words: str) -> "subprocess.CompletedProcess[str]":
    return environment.run(COMMAND, "manifest", *words)


def test_holds_the_packages_with_their_data_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    packages = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert packages == {
        "connector_host",
        "salesforce_actions",
        "salesforce_connector",
        "salesforce_emulator",
        "salesforce_schemas",
    }
    assert {"connector_host/manifest.schema.json", "connector_host/callback_page.html"} <= {*names}
    assert all(f"{package}/py.typed" in names for package in packages)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name or "/test_" in name]


def test_two_connectors_live_in_one_environment_and_each_can_be_uninstalled(
    environment: WheelEnvironment, wheel: Path, tiny_wheel: Path
) -> None:
    """With the base dependencies alone; neither takes anything of the other with it."""
    environment.link_base_dependencies(NAME)
    empty = {path.name for path in environment.site.iterdir()}
    environment.install(wheel, tiny_wheel)

    assert listed(environment) == ["echo", CONNECTOR]
    assert json.loads(manifest(environment).stdout)["name"] == CONNECTOR  # the command's own
    assert json.loads(manifest(environment, "echo").stdout)["title"] == "Echo"
    refused = environment.run(COMMAND, "plugins")
    assert refused.returncode == 14
    assert f"pip install '{NAME}[cli]'" in refused.stderr

    environment.uninstall("echo-connector")
    assert listed(environment) == [CONNECTOR]
    assert manifest(environment).returncode == 0
    assert manifest(environment, "echo").returncode == 4

    environment.install(tiny_wheel)
    environment.uninstall(NAME)
    assert listed(environment) == ["echo"]
    left = {path.name for path in environment.site.iterdir()} - empty - {"__pycache__"}
    assert {name.split("-")[0] for name in left} == {"echo_connector"}
