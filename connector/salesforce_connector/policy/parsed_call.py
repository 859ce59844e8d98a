"""One call as the guard reads it: plain steps, each parameter once, no second meaning.

A call that a proxy or Salesforce might read differently is refused.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote

from salesforce_connector.policy.errors import unverifiable

_DATA = re.compile(r"/services/data(?:/v\d+\.\d)?(?=/|$)", re.ASCII)
_ODD = re.compile(r"[\x00-\x20\x7f\\;#]")

# The headers that a call of a restricted connection may have, and so may each call inside another.
# Others give names another meaning (Sforce-Call-Options), or make another method of the call.
ALLOWED_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "content-type",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-unmodified-since",
        "sforce-auto-assign",
        "sforce-duplicate-rule-header",
        "sforce-query-options",
        "x-chatter-entity-encoding",
    }
)
_REFERENCE = re.compile(r"@\{\w+(\[\d+\])?(\.records\[\d+\])?\.[iI]d\}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ParsedCall:
    """A call's meaning.

    Attributes:
        method: In capitals.
        steps: Of the path, decoded; below `/services/data/vXX.X` for the REST API's own, else
            below `/services`, the first of them then with a slash before it.
        params: Of the path and of the call, their names in small letters.
        body: JSON; None when there is none, or another kind of body.
        has_other_body: Whether it has a body that is not JSON.
    """

    method: str
    steps: tuple[str, ...]
    params: Mapping[str, str]
    body: Any = None
    has_other_body: bool = False

    @property
    def is_read(self) -> bool:
        """Whether its method changes nothing."""
        return self.method in {"GET", "HEAD"}


def parse_call(
    method: str,
    path: str,
    *,
    params: Mapping[str, str] | None = None,
    headers: Iterable[str] = (),
    body: Any = None,
    has_other_body: bool = False,
) -> ParsedCall:
    """Read a call; `path` is absolute.

    Raises:
        Forbidden: It could mean something else to another reader.
    """
    path, _, query = path.partition("?")
    pairs = [*parse_qsl(query, keep_blank_values=True), *(params or {}).items()]
    names = [name.lower() for name, _ in pairs]
    if len(names) != len(set(names)) or (query and params):
        raise unverifiable("a parameter is given twice")
    if "_httpmethod" in names:
        raise unverifiable("it names a second method")
    for name in headers:
        if name.lower() not in ALLOWED_HEADERS:
            raise unverifiable(f"its header {name[:100]} may give it another meaning")
    if method not in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}:
        raise unverifiable(f"its method is {method!r}")
    lowered = {name.lower(): value for name, value in pairs}
    return ParsedCall(method, _steps(path), lowered, body, has_other_body)


@lru_cache(maxsize=256)  # a workflow's calls go to few paths
def _steps(path: str) -> tuple[str, ...]:
    match = _DATA.match(path)
    start = match.end() if match else len("/services")
    if not path.startswith("/services/"):
        raise unverifiable("its path is not one of Salesforce's")
    rest = path[start:].removeprefix("/").removesuffix("/")
    steps = tuple(map(_decode, rest.split("/"))) if rest else ()
    return steps if match else tuple(f"/{step}" for step in steps[:1]) + steps[1:]


def _decode(step: str) -> str:
    """Decode one step of a path, once; its content must not become another step."""
    once = unquote(step)
    last = once
    while (more := unquote(last)) != last:
        last = more
    if _ODD.search(step) or not last or set(last.split("/")) & {".", "..", ""}:
        raise unverifiable("its path has an empty step, dots, or an odd character")
    if "@{" in step and not _REFERENCE.fullmatch(once):
        raise unverifiable("a reference in its path is to something other than an ID")
    return once
