"""A Salesforce org on your own machine, for tests and demos.

    from salesforce_emulator import open_org, serve

    with open_org() as org, serve(org) as url: ...

What is in `__all__` is public; everything else may change in any release. The names are imported
when they are first used, because pytest imports this package at each start (its plugin is here).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from salesforce_emulator.errors import SalesforceError
    from salesforce_emulator.opening import open_org
    from salesforce_emulator.org.clock import Clock
    from salesforce_emulator.org.settings import Settings
    from salesforce_emulator.org.state import Org
    from salesforce_emulator.serving.server import serve
    from salesforce_emulator.serving.transport import OrgTransport

__all__ = ["Clock", "Org", "OrgTransport", "SalesforceError", "Settings", "open_org", "serve"]

_MODULES: Final = {
    "Clock": "org.clock",
    "Org": "org.state",
    "OrgTransport": "serving.transport",
    "SalesforceError": "errors",
    "Settings": "org.settings",
    "open_org": "opening",
    "serve": "serving.server",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
