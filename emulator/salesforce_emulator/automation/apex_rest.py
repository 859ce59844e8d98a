"""Apex REST: endpoints that a test or config file declares, by method and path.

https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_rest_methods.htm
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from salesforce_emulator import errors
from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.org.registry import Registry
from salesforce_emulator.org.state import Org

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ApexRequest:
    """What an endpoint is called with.

    Attributes:
        path: Below `/services/apexrest`, decoded: `/orders/801...`.
        rest: What is where the endpoint's path has its `*`.
        params: The query string's, the last of each name.
        body: Parsed JSON; None for no body.
    """

    method: str
    path: str
    rest: str
    params: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class ApexAnswer:
    """What an endpoint answers.

    Attributes:
        body: Sent as JSON; None sends no body.
    """

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApexRest:
    """One method of one endpoint.

    Attributes:
        path: As Apex's urlMapping: `/orders/*` or `/orders/count`; a `*` at the end stands for
            anything, nothing too.
        run: Returns the answer.
    """

    method: str
    path: str
    run: Callable[[RunContext, ApexRequest], ApexAnswer]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def matches(self, path: str) -> str | None:
        """Return what the `*` matches, empty without a `*`; None for another path."""
        if not self.path.endswith("/*"):
            return "" if path.lower() == self.path.lower() else None
        stem = self.path[:-1]
        if path.lower() + "/" == stem.lower():
            return ""
        return path[len(stem) :] if path.lower().startswith(stem.lower()) else None


def endpoints_of(org: Org) -> Registry[ApexRest]:
    """Return an org's Apex REST endpoints, by method and path."""
    return org.part(_new_registry)


def _new_registry(_org: Org) -> Registry[ApexRest]:
    return Registry()


def call(
    context: RunContext,
    endpoints: Iterable[ApexRest],
    method: str,
    path: str,
    params: Mapping[str, str],
    body: Any,
) -> ApexAnswer:
    """Call the endpoint with the longest path that matches.

    Raises:
        SalesforceError: NOT_FOUND, METHOD_NOT_ALLOWED, APEX_ERROR.
    """
    matching = [
        (endpoint, rest) for endpoint in endpoints if (rest := endpoint.matches(path)) is not None
    ]
    if not matching:
        raise automation_errors.no_apex_rest()
    longest = max((item.path for item, _ in matching), key=len)
    offered = {item.method: (item, rest) for item, rest in matching if item.path == longest}
    if method not in offered:
        raise errors.method_not_allowed(method, [method for method in METHODS if method in offered])
    endpoint, rest = offered[method]
    request = ApexRequest(method, path, rest, params, body)
    try:
        with context.org.transaction():
            return endpoint.run(context, request)
    except SalesforceError as error:
        raise automation_errors.apex_exception("DmlException", error.message) from None
    except Exception as exc:  # the edge to code that the org's owner gave
        _LOG.exception("Apex REST %s ended in an exception", endpoint.name)
        raise automation_errors.apex_exception(type(exc).__name__, str(exc)) from exc
