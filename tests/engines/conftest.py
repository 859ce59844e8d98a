"""Each folder here tests one engine, in an environment of its own: `make test-engine-NAME`.

Where an engine is not installed, its folder is not collected.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from connector_host.host import Host
from connector_host.store.keys import KeyFile
from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.server import serve

ENGINES = {"llm": "llm", "mcp": "mcp"}  # folder -> the module that must be there

collect_ignore = [folder for folder, module in ENGINES.items() if find_spec(module) is None]


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


@pytest.fixture
def site(tmp_path: Path) -> Iterator[EngineSite]:
    """Serve an org and connect to it by client credentials."""
    org = Org()
    app = next(each for each in identity_of(org).apps if "client_credentials" in each.flows)
    store, key = tmp_path / "connections.sqlite3", tmp_path / "key"
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
