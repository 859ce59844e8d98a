"""Judges a call by the resource it is for: one function a family, and the table that names them.

A family that is not in the table cannot be judged, so no restricted connection may use it.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_list.htm
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from salesforce_connector.action import Call, Flow
from salesforce_connector.metadata.describe import fetch_object
from salesforce_connector.policy import batch_calls, composite, query_languages, soql_objects
from salesforce_connector.policy.errors import unclear
from salesforce_connector.policy.parsed_call import Asked
from salesforce_connector.policy.rules import Rules
from salesforce_connector.records import decode, segment

Judge = Callable[[Rules, Asked], Flow[None]]

# What hangs on an object beside its records, and says nothing of any record's fields.
_ABOUT: Final = frozenset(
    {
        "describe",
        "updated",
        "deleted",
        "compactLayouts",
        "defaultValues",
        "eventSchema",
        "namedLayouts",
    }
)

# Families whose answers hold no record: they are for all, as far as they only read.
_HARMLESS: Final = frozenset({"limits", "tabs", "theme", "appMenu", "compactLayouts", "licensing"})

# Families whose objects cannot be told from the call; reading them is reading.
_UNSEEN: Final = frozenset(
    {"recent", "analytics", "ui-api", "chatter", "connect", "process", "support", "dedupe"}
)


def judge(rules: Rules, asked: Asked) -> Flow[None]:
    """Judge a call.

    Raises:
        Forbidden: It does what the connection may not, or nobody can tell.
    """
    if not asked.steps:
        _read(rules, asked, "this is no call that reads")
        return
    family = asked.steps[0]
    if family == "/":
        raise unclear("its path is not one of Salesforce's")
    if family in _HARMLESS:
        _read(rules, asked, f"{asked.method} on {family} changes something")
        if asked.steps[:2] == ("limits", "recordCount"):
            for name in asked.params.get("sobjects", "").split(","):
                rules.touches(name or None)
        return
    if family in _UNSEEN:
        _unseen(rules, asked)
        return
    if (plain := _PLAIN.get(family)) is not None:
        plain(rules, asked)
        return
    found = _FAMILIES.get(family)
    if found is None:
        raise unclear(f"what {family.removeprefix('/')} does is not known")
    yield from found(rules, asked)


def _read(rules: Rules, asked: Asked, otherwise: str) -> None:
    if not asked.reading:
        rules.changes(otherwise)
        rules.unseen(otherwise)


def _unseen(rules: Rules, asked: Asked) -> None:
    match asked.method, asked.steps:
        case "GET" | "HEAD", ("ui-api", "object-info", sobject, *_):
            rules.touches(sobject)
            return
        case "POST", ("analytics", "reports", _) | ("analytics", "reports", _, "instances"):
            pass  # runs a report that is there; nothing is kept
        case _:
            _read(rules, asked, f"{asked.method} on {asked.steps[0]} changes something")
    rules.unseen(f"{asked.steps[0]} does not say which objects it is about")


def _signed_in(_rules: Rules, asked: Asked) -> None:
    """Let through what says who is signed in."""
    if not asked.reading or asked.steps[1:] != ("userinfo",):
        raise unclear("it is about sign-ins")


def _query(rules: Rules, asked: Asked) -> Flow[None]:
    _read(rules, asked, "only GET reads a query")
    if len(asked.steps) > 1:
        rules.unseen("its locator is of a query that was not judged here")
        return
    texts_of = [asked.params[name] for name in ("q", "explain") if name in asked.params]
    if not texts_of:
        raise unclear("it has no query")
    for text in texts_of:
        yield from query_languages.soql(rules, text)


def _search(rules: Rules, asked: Asked) -> Flow[None]:
    _read(rules, asked, "only GET reads a search")
    match asked.steps:
        case ("search",):
            yield from query_languages.sosl(rules, asked.params.get("q"))
        case ("search", "suggestions"):
            rules.touches(asked.params.get("sobject"))
        case ("search", "layout" | "scopeOrder"):
            pass
        case _:
            rules.unseen("what it searches is not known")


def _parameterized_search(rules: Rules, asked: Asked) -> Flow[None]:
    if not rules.objects:
        return
    body = asked.body if asked.method == "POST" and isinstance(asked.body, Mapping) else {}
    sobjects = body.get("sobjects")
    if not isinstance(sobjects, list) or not sobjects:
        raise unclear("its search does not say which objects it returns")
    for each in sobjects:
        name = each.get("name") if isinstance(each, Mapping) else each
        rules.touches(name)
        yield from _fields(rules, str(name), each if isinstance(each, Mapping) else {})
        yield from _fields(rules, str(name), body)


def _fields(rules: Rules, sobject: str, about: Mapping[str, Any]) -> Flow[None]:
    listed = about.get("fields") or []
    written = [*(listed if isinstance(listed, list) else [listed])]
    written += [about[name] for name in ("where", "orderBy") if about.get(name)]
    for text in written:
        for path in soql_objects.fragment(str(text)):
            yield from rules.follows(sobject, path[:-1])


def _sobjects(rules: Rules, asked: Asked) -> Flow[None]:
    if not asked.reading:
        rules.changes(f"{asked.method} on records writes")
    if len(asked.steps) == 1:
        return
    sobject, *rest = asked.steps[1:]
    rules.touches(sobject)
    if not rules.objects:
        return
    if any("/" in step for step in rest):
        raise unclear("a value in its path has a slash")
    if asked.body is not None:
        yield from rules.writes(sobject, asked.body)
    for path in asked.params.get("fields", "").split(","):
        yield from rules.follows(sobject, path.strip().split(".")[:-1])
    match rest:
        case [] | [_]:
            pass
        case [about, *_] if about in _ABOUT and asked.reading:
            pass
        case ["listviews", *_] if asked.reading:
            yield from _list_view(rules, sobject, rest)
        case ["quickActions", *_] if asked.reading:
            pass
        case [key, below]:
            yield from _below(rules, sobject, key, below)
        case [_, "richTextImageFields", _, _] if asked.reading:
            pass
        case _:
            raise unclear("what it does below a record is not known")


def _below(rules: Rules, sobject: str, key: str, below: str) -> Flow[None]:
    """Tell a value of an external id from what hangs on a record with an id."""
    if key.casefold() == "id" or ("__" in key and "@" not in key):  # ids have no underscore
        return
    about = yield from fetch_object(sobject)
    if any(each.name.casefold() == key.casefold() for each in about.fields):
        return
    if below != "password":
        yield from rules.leads(sobject, below)


def _list_view(rules: Rules, sobject: str, rest: list[str]) -> Flow[None]:
    if rest[2:3] != ["results"]:
        return
    path = f"/sobjects/{segment(sobject)}/listviews/{segment(rest[1])}/describe"
    yield from query_languages.soql(
        rules, batch_calls.body_of(decode((yield Call("GET", path)))).get("query")
    )


def _graphql(rules: Rules, asked: Asked) -> None:
    if asked.method != "POST" or asked.opaque:
        raise unclear("its GraphQL query is not written out")
    query_languages.graphql(rules, asked.body)


def _actions(rules: Rules, asked: Asked) -> None:
    """Invocable actions: reading says what there are; calling one may do anything."""
    _read(rules, asked, "an invocable action may change anything")


def _tooling(rules: Rules, asked: Asked) -> None:
    """Metadata: GET runs Apex too, so what it may be is listed."""
    rules.unseen("the Tooling API does not say which records it is about")
    if not asked.reading or asked.steps[1:2] not in {("query",), ("sobjects",), ("search",)}:
        rules.changes("the Tooling API may run code")


def _composite(rules: Rules, asked: Asked) -> Flow[None]:
    match asked.steps[1:]:
        case ("sobjects", *_):
            yield from batch_calls.collections(rules, asked)
        case ("tree", *_):
            yield from batch_calls.tree(rules, asked)
        case _:
            for part in composite.parts(asked):
                yield from judge(rules, part)


_FAMILIES: Final[Mapping[str, Judge]] = MappingProxyType(
    {
        "sobjects": _sobjects,
        "query": _query,
        "queryAll": _query,
        "search": _search,
        "parameterizedSearch": _parameterized_search,
        "composite": _composite,
        "jobs": batch_calls.jobs,
    }
)

# Families that are judged without asking anything.
_PLAIN: Final[Mapping[str, Callable[[Rules, Asked], None]]] = MappingProxyType(
    {
        "graphql": _graphql,
        "actions": _actions,
        "quickActions": _actions,
        "tooling": _tooling,
        "/oauth2": _signed_in,
    }
)
