"""Checks a call by the resource that it is for: one function a family, and a table of them.

A family that is not in the table cannot be verified, so no restricted connection may use it.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_list.htm
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from salesforce_connector.flow import Call, Flow
from salesforce_connector.metadata.object_outline import fetch_outline
from salesforce_connector.policy import batch_calls, composite, query_languages, soql_objects
from salesforce_connector.policy.errors import unverifiable
from salesforce_connector.policy.parsed_call import ParsedCall
from salesforce_connector.policy.rules import Rules
from salesforce_connector.records import decode, segment

Judge = Callable[[Rules, ParsedCall], Flow[None]]

# Resources of an object besides its records, which show no record's fields.
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

# Families whose objects the call does not show; reading them is reading.
_UNSEEN: Final = frozenset(
    {"recent", "analytics", "ui-api", "chatter", "connect", "process", "support", "dedupe"}
)


def check_resource(rules: Rules, call: ParsedCall) -> Flow[None]:
    """Check a call.

    Raises:
        Forbidden: It does what the connection may not do, or cannot be verified.
    """
    if not call.steps:
        _read(rules, call, "this is no call that reads")
        return
    family = call.steps[0]
    if family == "/":
        raise unverifiable("its path is not one of Salesforce's")
    if family in _HARMLESS:
        _read(rules, call, f"{call.method} on {family} changes something")
        if call.steps[:2] == ("limits", "recordCount"):
            for name in call.params.get("sobjects", "").split(","):
                rules.check_object(name or None)
        return
    if family in _UNSEEN:
        _refuse_unknown(rules, call)
        return
    if (plain := _PLAIN.get(family)) is not None:
        plain(rules, call)
        return
    check = _FAMILIES.get(family)
    if check is None:
        raise unverifiable(f"what {family.removeprefix('/')} does is not known")
    yield from check(rules, call)


def _read(rules: Rules, call: ParsedCall, otherwise: str) -> None:
    if not call.is_read:
        rules.check_write(otherwise)
        rules.check_unknown_objects(otherwise)


def _refuse_unknown(rules: Rules, call: ParsedCall) -> None:
    match call.method, call.steps:
        case "GET" | "HEAD", ("ui-api", "object-info", sobject, *_):
            rules.check_object(sobject)
            return
        case "GET" | "HEAD", ("support", "dataCategoryGroups", *_):
            rules.check_object(call.params.get("sobjectname"))  # its categories, no record
            return
        case "POST", ("analytics", "reports", _) | ("analytics", "reports", _, "instances"):
            pass  # runs an existing report; nothing is stored
        case _:
            _read(rules, call, f"{call.method} on {call.steps[0]} changes something")
    rules.check_unknown_objects(f"{call.steps[0]} does not say which objects it is about")


def _signed_in(_rules: Rules, call: ParsedCall) -> None:
    """Allow the resources that return the signed-in user."""
    if not call.is_read or call.steps[1:] != ("userinfo",):
        raise unverifiable("it is about sign-ins")


def _query(rules: Rules, call: ParsedCall) -> Flow[None]:
    _read(rules, call, "only GET reads a query")
    if len(call.steps) > 1:
        rules.check_unknown_objects("its locator is of a query that was not checked here")
        return
    texts_of = [call.params[name] for name in ("q", "explain") if name in call.params]
    if not texts_of:
        raise unverifiable("it has no query")
    for text in texts_of:
        yield from query_languages.soql(rules, text)


def _search(rules: Rules, call: ParsedCall) -> Flow[None]:
    _read(rules, call, "only GET reads a search")
    match call.steps:
        case ("search",):
            yield from query_languages.sosl(rules, call.params.get("q"))
        case ("search", "suggestions"):
            rules.check_object(call.params.get("sobject"))
        case ("search", "layout" | "scopeOrder"):
            pass
        case _:
            rules.check_unknown_objects("what it searches is not known")


def _parameterized_search(rules: Rules, call: ParsedCall) -> Flow[None]:
    if not rules.objects:
        return
    body = call.body if call.method == "POST" and isinstance(call.body, Mapping) else {}
    sobjects = body.get("sobjects")
    if not isinstance(sobjects, list) or not sobjects:
        raise unverifiable("its search does not say which objects it returns")
    for entry in sobjects:
        name = entry.get("name") if isinstance(entry, Mapping) else entry
        rules.check_object(name)
        yield from _fields(rules, str(name), entry if isinstance(entry, Mapping) else {})
        yield from _fields(rules, str(name), body)


def _fields(rules: Rules, sobject: str, about: Mapping[str, Any]) -> Flow[None]:
    listed = about.get("fields") or []
    written = [*(listed if isinstance(listed, list) else [listed])]
    written += [about[name] for name in ("where", "orderBy") if about.get(name)]
    for text in written:
        for path in soql_objects.fragment(str(text)):
            yield from rules.check_path(sobject, path[:-1])


def _sobjects(rules: Rules, call: ParsedCall) -> Flow[None]:
    if not call.is_read:
        rules.check_write(f"{call.method} on records writes")
    if len(call.steps) == 1:
        return
    sobject, *rest = call.steps[1:]
    rules.check_object(sobject)
    if not rules.objects:
        return
    if any("/" in step for step in rest):
        raise unverifiable("a value in its path has a slash")
    if call.body is not None:
        yield from rules.check_record(sobject, call.body)
    for path in call.params.get("fields", "").split(","):
        yield from rules.check_path(sobject, path.strip().split(".")[:-1])
    match rest:
        case [] | [_]:
            pass
        case [about, *_] if about in _ABOUT and call.is_read:
            pass
        case ["listviews", *_] if call.is_read:
            yield from _list_view(rules, sobject, rest)
        case ["quickActions", *_] if call.is_read:
            pass
        case [key, below]:
            yield from _below(rules, sobject, key, below)
        case [_, "richTextImageFields", _, _] if call.is_read:
            pass
        case _:
            raise unverifiable("what it does below a record is not known")


def _below(rules: Rules, sobject: str, key: str, below: str) -> Flow[None]:
    """Tell a value of an external id from what hangs on a record with an id."""
    if key.casefold() == "id" or ("__" in key and "@" not in key):  # ids have no underscore
        return
    about = yield from fetch_outline(sobject)
    if any(field.name.casefold() == key.casefold() for field in about.fields):
        return
    if below != "password":
        yield from rules.check_related(sobject, below)


def _list_view(rules: Rules, sobject: str, rest: list[str]) -> Flow[None]:
    if rest[2:3] != ["results"]:
        return
    path = f"/sobjects/{segment(sobject)}/listviews/{segment(rest[1])}/describe"
    yield from query_languages.soql(
        rules, batch_calls.body_of(decode((yield Call("GET", path)))).get("query")
    )


def _graphql(rules: Rules, call: ParsedCall) -> None:
    if call.method != "POST" or call.has_other_body:
        raise unverifiable("its GraphQL query is not written out")
    query_languages.graphql(rules, call.body)


def _actions(rules: Rules, call: ParsedCall) -> None:
    """Invocable actions: reading lists them; calling one may do anything."""
    _read(rules, call, "an invocable action may change anything")


def _tooling(rules: Rules, call: ParsedCall) -> None:
    """Metadata: GET runs Apex too, so what it may be is listed."""
    rules.check_unknown_objects("the Tooling API does not say which records it is about")
    if not call.is_read or call.steps[1:2] not in {("query",), ("sobjects",), ("search",)}:
        rules.check_write("the Tooling API may run code")


def _composite(rules: Rules, call: ParsedCall) -> Flow[None]:
    match call.steps[1:]:
        case ("sobjects", *_):
            yield from batch_calls.collections(rules, call)
        case ("tree", *_):
            yield from batch_calls.tree(rules, call)
        case _:
            for part in composite.parts(call):
                yield from check_resource(rules, part)


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
_PLAIN: Final[Mapping[str, Callable[[Rules, ParsedCall], None]]] = MappingProxyType(
    {
        "graphql": _graphql,
        "actions": _actions,
        "quickActions": _actions,
        "tooling": _tooling,
        "/oauth2": _signed_in,
    }
)
