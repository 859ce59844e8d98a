"""The local org's wheel: built, installed without the connector, served, used in tests."""

import json
import zipfile
from pathlib import Path

import httpx
import pytest
from package.wheel_environment import WheelEnvironment

ROOT = Path(__file__).parents[2]
NAME = "salesforce-local-org"
SUITE = """
def test_that_uses_the_local_org(salesforce_client):
    assert salesforce_client.get("/limits").status_code == 200

def test_that_does_not():
    pass
"""


@pytest.fixture
def environment(tmp_path: Path) -> WheelEnvironment:
    return WheelEnvironment(tmp_path)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return WheelEnvironment(tmp_path_factory.mktemp("local_org")).build(ROOT / "emulator")


def run_suite(environment: WheelEnvironment, folder: Path) -> str:
    suite = folder / "suite" / "test_suite.py"
    suite.parent.mkdir()
    suite.write_text(SUITE)
    return environment.run("python", "-m", "pytest", "-q", "--rootdir", folder, suite).stdout


def test_holds_the_package_with_its_data_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    packages = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert packages == {"salesforce_emulator"}
    assert {
        "salesforce_emulator/schema/objects.json",
        "salesforce_emulator/soql/grammar.lark",
        "salesforce_emulator/identity/pages/login.html",
        "salesforce_emulator/examples/example_org.toml",
        "salesforce_emulator/py.typed",
    } <= {*names}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name or "/test_" in name]


def test_both_distributions_have_the_same_license() -> None:
    assert (ROOT / "LICENSE").read_bytes() == (ROOT / "emulator" / "LICENSE").read_bytes()


def test_serves_without_the_connector(environment: WheelEnvironment, wheel: Path) -> None:
    environment.link_dependencies(NAME)
    environment.install(wheel)

    absent = environment.run("python", "-c", "import salesforce_connector")
    assert "ModuleNotFoundError" in absent.stderr
    with environment.start("salesforce-local-org", "serve", "--port", "0") as process:
        assert process.stdout is not None
        org = json.loads(process.stdout.readline())
        versions = httpx.get(f"{org['url']}/services/data")
        process.terminate()
        assert process.wait(20) == 0

    assert versions.json()[-1]["url"].startswith("/services/data/v")


def test_brings_its_fixtures_to_pytest(
    environment: WheelEnvironment, wheel: Path, tmp_path: Path
) -> None:
    environment.link_dependencies(NAME)
    environment.link("pytest")
    environment.install(wheel)

    assert "2 passed" in run_suite(environment, tmp_path)


def test_missing_dependencies_fail_the_tests_that_need_them_alone(
    environment: WheelEnvironment, wheel: Path, tmp_path: Path
) -> None:
    environment.link("pytest")
    environment.install(wheel)

    output = run_suite(environment, tmp_path)

    assert "1 passed, 1 error" in output
    assert f"pip install --upgrade {NAME}" in output
