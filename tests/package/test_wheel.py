"""The connector's wheel: built, installed beside a second connector, found, run, uninstalled."""

import email
import json
import re
import subprocess
import threading
import tomllib
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from package.wheel_environment import WheelEnvironment

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "host" / "tiny_connector"
PROJECT = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text())["project"]
NAME = PROJECT["name"]
LOCAL_ORG = "salesforce-local-org"
PAGE = "host/connector_host/studio/static/index.html"
(COMMAND,) = PROJECT["scripts"]
(CONNECTOR,) = PROJECT["entry-points"]["workflow_connectors"]
LIST = """
from importlib.metadata import entry_points
for entry in sorted(entry_points(group="workflow_connectors")):
    print(entry.name, type(entry.load()).__name__)
"""
RUN_ACTION = """
import json, sys, threading
from importlib.metadata import entry_points

class Connection:
    id, method = "one", "client_credentials"
    settings = {
        "my_domain_url": sys.argv[1], "local_org": True,
        "consumer_key": "key", "consumer_secret": "secret",
    }
    credentials = {}
    _lock = threading.Lock()
    def save(self, credentials):
        self.credentials = dict(credentials)
    def lock(self):
        return self._lock

(entry,) = entry_points(group="workflow_connectors")
result = entry.load().run_action(
    connector=entry.name, action="delete_record", connection=Connection(),
    inputs={"sobject": "Account", "id": "001000000000001AAA"}, context={},
)
print(json.dumps(result["output"]))
"""


@pytest.fixture
def environment(tmp_path: Path) -> WheelEnvironment:
    return WheelEnvironment(tmp_path)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return WheelEnvironment(tmp_path_factory.mktemp("connector")).build(ROOT)


@pytest.fixture(scope="module")
def local_org_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return WheelEnvironment(tmp_path_factory.mktemp("local_org")).build(ROOT / "emulator")


@pytest.fixture(scope="module")
def tiny_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return WheelEnvironment(tmp_path_factory.mktemp("tiny")).build(TINY)


@pytest.fixture
def stub() -> Iterator[str]:
    """A server that gives a token and deletes an account."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            assert self.path == "/services/oauth2/token"
            self.rfile.read(int(self.headers["Content-Length"]))
            origin = f"http://{self.headers['Host']}"
            self.reply(200, {"access_token": "t", "instance_url": origin, "id": origin})

        def do_DELETE(self) -> None:
            assert self.path.endswith("/sobjects/Account/001000000000001AAA")
            self.send_response(204)
            self.end_headers()

        def do_GET(self) -> None:
            self.reply(200, [{"label": "Winter", "url": "/services/data/v60.0", "version": "60.0"}])

        def reply(self, status: int, body: object) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def connectors(environment: WheelEnvironment) -> list[str]:
    """The connectors that any engine would find, by entry point."""
    ended = environment.run("python", "-c", LIST)
    assert ended.returncode == 0, ended.stderr
    return [line.split()[0] for line in ended.stdout.splitlines()]


def manifest(environment: WheelEnvironment, *words: str) -> "subprocess.CompletedProcess[str]":
    return environment.run(COMMAND, "manifest", *words)


def test_holds_the_studios_page_where_it_is_built(wheel: Path) -> None:
    if not ROOT.joinpath(PAGE).is_file():
        pytest.skip("The page is not built: make studio-page")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    page = PAGE.removeprefix("host/")
    assert page in names
    scripts = [name for name in names if name.endswith(".js")]
    assert len([name for name in scripts if "/studio/static/assets/" in name]) > 5
    assert not [name for name in names if name.endswith((".tsx", ".map")) or "node_modules" in name]


def test_holds_the_packages_with_their_data_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    packages = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert packages == {
        "connector_host",
        "salesforce_actions",
        "salesforce_connector",
        "salesforce_demo",
        "salesforce_schemas",
    }
    assert {"connector_host/manifest.schema.json", "connector_host/callback_page.html"} <= {*names}
    assert all(f"{package}/py.typed" in names for package in packages)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name or "/test_" in name]


def test_the_page_on_a_package_index_has_no_link_to_a_file_of_the_checkout(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        page = str(email.message_from_bytes(archive.read(name)).get_payload())

    assert "docs/embedding.md" in page  # by its path in the source distribution
    assert re.findall(r"\]\((?!https?:)[^)]*\)", page) == []


def test_two_connectors_live_in_one_environment_and_each_can_be_uninstalled(
    environment: WheelEnvironment, wheel: Path, tiny_wheel: Path
) -> None:
    """With the base dependencies alone; neither takes anything of the other with it."""
    environment.link_dependencies(NAME)
    empty = {path.name for path in environment.site.iterdir()}
    environment.install(wheel, tiny_wheel)

    assert connectors(environment) == ["echo", CONNECTOR]
    assert json.loads(manifest(environment).stdout)["name"] == CONNECTOR  # the command's own
    assert json.loads(manifest(environment, "echo").stdout)["title"] == "Echo"
    refused = environment.run(COMMAND, "plugins")
    assert refused.returncode == 10
    assert f"pip install '{NAME}[cli]'" in refused.stderr

    environment.uninstall("echo-connector")
    assert connectors(environment) == [CONNECTOR]
    assert manifest(environment).returncode == 0
    assert manifest(environment, "echo").returncode == 3

    environment.install(tiny_wheel)
    environment.uninstall(NAME)
    assert connectors(environment) == ["echo"]
    left = {path.name for path in environment.site.iterdir()} - empty - {"__pycache__"}
    assert {name.split("-")[0] for name in left} == {"echo_connector"}


def test_the_connector_alone_runs_an_action(
    environment: WheelEnvironment, wheel: Path, stub: str
) -> None:
    """With the base dependencies alone: no host, no command line, no local org."""
    environment.link_dependencies(NAME)
    environment.install(wheel)

    ended = environment.run("python", "-c", RUN_ACTION, stub)

    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["id"] == "001000000000001AAA"


def test_the_demo_says_what_to_install_when_there_is_no_local_org(
    environment: WheelEnvironment, wheel: Path
) -> None:
    environment.link_dependencies(NAME, "cli")
    environment.install(wheel)

    ended = environment.run(COMMAND, "demo")

    assert ended.returncode == 10
    assert f"pip install '{NAME}[org]'" in ended.stderr


def test_with_the_extra_org_the_demo_runs(
    environment: WheelEnvironment, wheel: Path, local_org_wheel: Path
) -> None:
    environment.link_dependencies(NAME, "org", without={NAME, LOCAL_ORG})
    environment.install(wheel, local_org_wheel)

    ended = environment.run(COMMAND, "demo")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.endswith("demo: ok\n")
