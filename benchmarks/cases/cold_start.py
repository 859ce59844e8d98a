"""What a fresh process takes until it has listed the connector, imported it, created a record."""

from typing import Final

from benchmarks.case import Case, Client, Goal

_FIND: Final = """
from importlib.metadata import entry_points
import pluggy
manager = pluggy.PluginManager("workflow_connectors")
[entry] = [each for each in entry_points(group="workflow_connectors") if each.name == "salesforce"]
"""
_MANIFEST: Final = f"""{_FIND}
manager.register(entry.load(), name=entry.name)
assert manager.hook.connector_manifest()
"""

_FIRST_OF_PEER: Final = "first create, simple-salesforce"

COLD: Final = Case(
    "P6",
    "cold start",
    1,
    (
        Client("bare Python", "engine", "-c", "pass"),
        Client("find entry point", "engine", "-c", _FIND),
        Client("manifest", "engine", "-c", _MANIFEST),
        Client("import httpx, pydantic", "engine", "-c", "import httpx, pydantic"),
        Client("import plugin", "engine", "-c", "import salesforce_actions.plugin"),
        Client("import ours", "engine", "-c", "import salesforce_actions.runner"),
        Client("import simple-salesforce", "simple-salesforce", "-c", "import simple_salesforce"),
        Client("first create, ours", "engine", "our_creates", "first_create", whole=True),
        Client(
            _FIRST_OF_PEER,
            "simple-salesforce",
            "simple_salesforce_work",
            "first_create",
            whole=True,
        ),
    ),
    (
        Goal("manifest", "whole", 0.015, minus="find entry point", unit="s"),
        Goal("manifest", "whole", 0.060, minus="bare Python", unit="s"),
        Goal("import plugin", "whole", 1.15, by="import httpx, pydantic"),
        Goal("import ours", "whole", 1.15, by="import httpx, pydantic"),
        Goal("first create, ours", "whole", 0.85, by=_FIRST_OF_PEER),
    ),
    figure="whole",
    scale=1e3,
    unit="ms",
)
