"""Which modules a first call loads: cold start is mostly imports, and a list is always the same.

See docs/reports/performance.md for what each costs.
"""

import subprocess
import sys

from benchmarks.stub_process import StubProcess

# Libraries that some calls need, and a first create over plain sockets does not.
HEAVY = {
    "aiohttp", "anyio", "asyncio", "cryptography", "difflib", "grpc", "h11", "httpcore", "httpx",
    "jsonschema", "pyarrow", "rich", "ssl", "xml.etree.ElementTree",
}  # fmt: skip

# Other packages than the connector's own that a create needs; faster ones of an extra beside them.
PACKAGES = {
    "annotated_types", "httptools", "pluggy", "pydantic", "pydantic_core", "typing_extensions",
    "typing_inspection",
}  # fmt: skip
OPTIONAL = {"isal", "orjson"}

# Modules of the connector: what all actions of a thread need, and what a create needs beside it.
IMPORTED = {
    "action",
    "auth",
    "auth.early_refresh",
    "auth.method",
    "auth.my_domain",
    "auth.pasted_text",
    "auth.salesforce_hosts",
    "auth.session",
    "auth.setting_types",
    "auth.settings",
    "auth.token_check",
    "auth.tokens",
    "files",
    "files.base64_text",
    "catalog",
    "connection",
    "forms",
    "forms.dynamic_options",
    "errors",
    "errors.network",
    "flow",
    "forms.hints",
    "http",
    "http.base_client",
    "http.body",
    "http.call_log",
    "http.client",
    "http.connection_state",
    "http.exchange",
    "http.http1",
    "http.idle_connections",
    "http.no_response",
    "http.pipeline",
    "http.pipeline.authorization",
    "http.pipeline.cached_responses",
    "http.pipeline.lookup",
    "http.pipeline.pipeline",
    "http.pipeline.policy_check",
    "http.pipeline.retries",
    "http.pipeline.steps",
    "http.pipeline.version_choice",
    "http.proxies",
    "http.request_writer",
    "http.response_cache",
    "http.result",
    "http.retry",
    "http.socket_connection",
    "http.socket_transport",
    "http.thread_tasks",
    "http.token_refresh",
    "http.transfer_rate",
    "http.transport",
    "http.wire_request",
    "http.wire_response",
    "identifiers",
    "limits",
    "metadata",
    "metadata.object_outline",
    "metadata.field_rules",
    "metadata.record_rules",
    "metadata.text_length",
    "metadata.value_checks",
    "metadata.value_forms",
    "null_policy",
    "policy",
    "policy.errors",
    "policy.field_check",
    "policy.known_fields",
    "policy.policy",
    "policy.rules",
    "raw_rows",
    "record_pages",
    "records",
    "response",
    "salesforce_actions",
    "salesforce_actions.catalog",
    "salesforce_actions.client_pool",
    "salesforce_actions.page_writer",
    "salesforce_actions.polls",
    "salesforce_actions.pooled",
    "salesforce_actions.runner",
    "salesforce_actions.trigger_catalog",
    "suggestions",
    "validation",
    "wire_model",
}
FIRST_CREATE = {
    "auth.client_credentials",
    "auth.grants",
    "metadata.parent_check",
    "metadata.record_check",
    "metadata.suggestions",
    "salesforce_actions.actions",
    "salesforce_actions.actions.create_record",
    "salesforce_actions.plugin",
    "salesforce_schemas",
    "writing",
    "writing.write_options",
}

MANIFEST = """
from importlib.metadata import entry_points
import pluggy, sys
before = set(sys.modules)
manager = pluggy.PluginManager("workflow_connectors")
[entry] = [each for each in entry_points(group="workflow_connectors") if each.name == "salesforce"]
manager.register(entry.load(), name=entry.name)
assert manager.hook.connector_manifest()
print("manifest")
print(*(set(sys.modules) - before))
"""

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


def run(script: str) -> tuple[str, set[str]]:
    """Run a script in a process of its own; give the first line it prints, and the modules."""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    first, modules = done.stdout.splitlines()
    return first, set(modules.split())


def create(url: str, act: str) -> set[str]:
    created, modules = run(f"URL = {url!r}\n{CREATE.replace('RUN', act)}")
    assert len(created) == 18
    return modules


def own(modules: set[str]) -> set[str]:
    """Return the modules of the connector."""
    return {
        name.removeprefix("salesforce_connector.")
        for name in modules
        if name.startswith("salesforce") and name != "salesforce_connector"
    }


def packages(modules: set[str]) -> set[str]:
    """Give the packages of others, except what other packages of this environment load at start."""
    _, before = run("import sys; print('start'); print(*sys.modules)")
    names = {name.partition(".")[0] for name in modules - before if not name.startswith("_")}
    ours = {name for name in names if name.startswith("salesforce")}
    return names - sys.stdlib_module_names - ours - OPTIONAL - {"cython_runtime"}


def test_the_manifest_is_read_without_importing_the_connector() -> None:
    _, modules = run(MANIFEST)

    assert own(modules) == {"salesforce_actions", "salesforce_actions.plugin", "salesforce_schemas"}
    assert packages(modules) == set()


def test_importing_the_connector_loads_what_all_actions_need_and_builds_no_model() -> None:
    script = """
import sys
import salesforce_actions.runner
from pydantic import BaseModel

def built(model):
    return [name for each in model.__subclasses__() for name in built(each)] + [
        model.__name__ for _ in "1" if model.__module__.startswith("salesforce")
        and model.__pydantic_complete__
    ]

print(built(BaseModel))
print(*sys.modules)
"""
    models, modules = run(script)

    assert own(modules) == IMPORTED
    assert packages(modules) == PACKAGES - {"pluggy"}
    assert models == "[]"


def test_a_first_create_from_a_thread_loads_what_it_needs(stub: StubProcess) -> None:
    modules = create(stub.url, SYNC)

    assert own(modules) == IMPORTED | FIRST_CREATE
    assert packages(modules) == PACKAGES
    assert sorted(modules & HEAVY) == []


def test_getting_the_first_token_loads_no_http_library_either(stub: StubProcess) -> None:
    modules = create(stub.url, f"arguments[1].credentials = {{}}\n{SYNC}")

    assert stub.counters()["tokens"] == 1
    assert sorted(modules & HEAVY) == []


def test_a_first_create_from_a_loop_loads_asyncio_beside_it(stub: StubProcess) -> None:
    """asyncio itself imports ssl."""
    modules = create(stub.url, ASYNC)

    assert packages(modules) == PACKAGES
    assert modules & HEAVY == {"asyncio", "ssl"}


def test_models_that_are_built_at_first_use_are_built_once_for_many_threads(
    stub: StubProcess,
) -> None:
    act = """
from concurrent.futures import ThreadPoolExecutor
import threading
plugin, together = SalesforceConnector(), threading.Barrier(16)
def one(_):
    together.wait(20)
    return plugin.run_action("salesforce", *arguments)["output"]["id"]
with ThreadPoolExecutor(16) as threads:
    print(min(threads.map(one, range(16)), key=len))
"""
    assert create(stub.url, act)
