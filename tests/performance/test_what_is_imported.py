"""Which modules a first call loads: cold start is mostly imports, and a list is always the same.

See docs/reports/performance.md for what each costs.
"""

import subprocess
import sys

from benchmarks.stubbed import Stubbed

# Libraries that some calls need, and a first create over plain sockets does not.
HEAVY = (
    "aiohttp", "anyio", "asyncio", "cryptography", "difflib", "grpc", "h11", "httpcore", "httpx",
    "jsonschema", "pyarrow", "rich", "ssl", "xml.etree.ElementTree",
)  # fmt: skip

# Parts of the connector that a first create does not need.
OURS = (
    "salesforce_connector.bulk", "salesforce_connector.connection_test",
    "salesforce_connector.http.async_client", "salesforce_connector.http.soap",
    "salesforce_connector.policy.resources", "salesforce_connector.policy.soql_objects",
    "salesforce_connector.pubsub", "salesforce_connector.query",
)  # fmt: skip

CREATE = """
import sys
from contextlib import nullcontext
from salesforce_actions.plugin import SalesforceConnector

class Connection:
    id, method = "1", "client_credentials"
    settings = {
        "my_domain_url": URL, "consumer_key": "key", "consumer_secret": "x", "local_org": True,
    }
    credentials = {"access_token": "stub-token-0", "instance_url": URL}
    def save(self, credentials): self.credentials = dict(credentials)
    def lock(self): return nullcontext()

arguments = "create_record", Connection(), {"sobject": "Account", "fields": {"Name": "Acme"}}, {}
RUN
print(*sys.modules)
"""
SYNC = "print(SalesforceConnector().run_action('salesforce', *arguments)['output']['id'])"
ASYNC = """
import asyncio
async def main():
    return await SalesforceConnector().run_action_async("salesforce", *arguments)
print(asyncio.run(main())["output"]["id"])
"""


def loaded(url: str, run: str) -> set[str]:
    script = f"URL = {url!r}\n{CREATE.replace('RUN', run)}"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    created, modules = done.stdout.splitlines()
    assert len(created) == 18
    return set(modules.split())


def test_a_first_create_from_a_thread_loads_no_http_library(stubbed: Stubbed) -> None:
    modules = loaded(stubbed.url, SYNC)

    assert sorted(modules & {*HEAVY, *OURS}) == []


def test_a_first_create_from_a_loop_loads_asyncio_alone(stubbed: Stubbed) -> None:
    """asyncio itself imports ssl."""
    modules = loaded(stubbed.url, ASYNC)

    needed = {"asyncio", "salesforce_connector.http.async_client", "ssl"}
    assert sorted(modules & {*HEAVY, *OURS} - needed) == []
