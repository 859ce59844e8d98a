"""The pytest plugin's fixtures, in a project that installs the package."""

import subprocess
import sys
from pathlib import Path

SUITE = """
def test_creates(salesforce_client, salesforce_org):
    made = salesforce_client.post("/sobjects/Account", json={"Name": "Acme"})
    assert made.status_code == 201
    assert salesforce_org.host == "local-org.my.salesforce.com"

def test_each_org_is_fresh(salesforce_client):
    found = salesforce_client.get("/query", params={"q": "SELECT Id FROM Account"})
    assert found.json()["totalSize"] == 0
"""
ASKED = "import sys, salesforce_emulator.pytest_plugin as _; print(*sorted(sys.modules))"


def test_a_project_that_installs_the_package_has_the_fixtures(tmp_path: Path) -> None:
    """Nothing is imported or registered by hand: the entry point does it."""
    (tmp_path / "test_suite.py").write_text(SUITE)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_a_project_that_does_not_use_them_does_not_pay() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", ASKED], capture_output=True, text=True, check=True
    ).stdout.split()

    assert not {"starlette", "httpx", "uvicorn", "lark", "sqlite3"} & set(loaded)
