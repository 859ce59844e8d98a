"""Each folder here tests one engine, in an environment of its own: `make test-engine-NAME`.

Where an engine is not installed, its folder is not collected.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from host.connector_site import TINY, Site

from connector_host.host import Host
from connector_host.store.keys import KeyFile
from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.server import serve

ENGINES = {
    "airflow": "airflow",
    "celery": "celery",
    "dify": "dify_plugin",
    "llm": "llm",
    "mcp": "mcp",
    "prefect": "prefect",
    "temporal": "temporalio",
    "web": "fastapi",
}  # folder -> the module that must be there

collect_ignore = [folder for folder, module in ENGINES.items() if find_spec(module) is None]


@pytest.fixture
def tiny_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Host]:
    """Make a host that has the second, tiny connector alone, with the connection `echo` to it."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(TINY))
    site = Site(folder)
    site.install_tiny_connector()

    def make() -> Host:
        keys = KeyFile(tmp_path / "echo-key")
        host = Host(store=tmp_path / "echo.sqlite3", keys=keys, environment={})
        host.__dict__["registry"] = site.load()
        settings = {"room": "open", "token": "hush-hush"}
        host.runner.connect("echo", connector="echo", method="token", settings=settings)
        return host

    return make


@dataclass(frozen=True)
class EngineSite:
    """A local org on loopback, and a store with the connection `acme` to it.

    Attributes:
        environment: Variables by which any process opens the same store.
    """

    url: str
    org: Org
    host: Host
    environment: dict[str, str]


# The external id of accounts by which tests upsert, so that a repeated task creates nothing twice.
ORDER_KEY = """
[[fields]]
object = "Account"
name = "Order_Key__c"
type = "string"
length = 40
unique = true
external_id = true
"""


@contextmanager
def serve_site(folder: Path) -> Generator[EngineSite]:
    """Serve an org and connect to it by client credentials; `folder` has the files of both."""
    config = folder / "org.toml"
    config.write_text(ORDER_KEY, encoding="utf-8")
    org = open_org(config=config)
    app = next(app for app in identity_of(org).apps if "client_credentials" in app.flows)
    store, key = folder / "connections.sqlite3", folder / "key"
    host = Host(store=store, keys=KeyFile(key), environment={})
    with serve(org) as url:
        host.runner.connect(
            "acme",
            connector="salesforce",
            method="client_credentials",
            settings={
                "my_domain_url": url,
                "consumer_key": app.consumer_key,
                "consumer_secret": app.consumer_secret,
                "local_org": True,
            },
        )
        environment = {"CONNECTOR_HOST_STORE": str(store), "CONNECTOR_HOST_KEY_FILE": str(key)}
        yield EngineSite(url, org, host, environment)
    host.store.close()
    org.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[EngineSite]:
    """A local org, and a connection to it."""
    with serve_site(tmp_path) as served:
        yield served
