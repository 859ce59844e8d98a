"""Judges the languages that a call may carry: SOQL, SOSL and GraphQL."""

import re
from typing import Any

from salesforce_connector.flow import Flow
from salesforce_connector.metadata.object_outline import fetch_outline
from salesforce_connector.policy import soql_objects, sosl_objects
from salesforce_connector.policy.errors import unverifiable
from salesforce_connector.policy.rules import Rules
from salesforce_connector.policy.soql_objects import Query

# A GraphQL string, block string or comment; then a name, or one other character.
_GRAPHQL = re.compile(
    r'"""(?:\\"""|.)*?"""|"(?:[^"\\\n]|\\.)*"|\#[^\n\r]*|(?P<name>[A-Za-z_]\w*)|(?P<sign>.)',
    re.DOTALL | re.ASCII,
)


def soql(rules: Rules, text: Any) -> Flow[None]:
    """Judge a SOQL query.

    Raises:
        Forbidden: It reaches an object that is not allowed, or marks rows where nothing may change.
    """
    if not isinstance(text, str) or "@{" in text:
        raise unverifiable("its query is not written out")
    if rules.read_only and soql_objects.marking(text):
        rules.check_write("FOR VIEW, FOR REFERENCE and UPDATE write to what a query reads")
    if rules.objects:
        yield from _query(rules, soql_objects.read(text), parent=None)


def sosl(rules: Rules, text: Any) -> Flow[None]:
    """Judge a SOSL search; see `soql`."""
    if not isinstance(text, str) or "@{" in text:
        raise unverifiable("its search is not written out")
    if rules.read_only and sosl_objects.marking(text):
        rules.check_write("UPDATE writes down what a search looked for")
    if rules.objects:
        for sobject, paths in sosl_objects.read(text):
            rules.check_object(sobject)
            for path in paths:
                yield from _path(rules, path, {sobject.casefold(): sobject}, sobject)


def graphql(rules: Rules, body: Any) -> None:
    """Judge a GraphQL request: it may hold no mutation where nothing may change.

    Raises:
        Forbidden: It does; or only some objects may be used, which GraphQL hides too well.
    """
    rules.check_unknown_objects("GraphQL does not show which objects it reaches")
    text = body.get("query") if isinstance(body, dict) else None
    if not isinstance(text, str):
        raise unverifiable("its GraphQL query is not written out")
    depth = 0
    for token in _GRAPHQL.finditer(text):
        depth += {"{": 1, "}": -1}.get(token["sign"] or "", 0)
        if depth < 0 or token["sign"] == '"':
            raise unverifiable("its GraphQL query cannot be read")
        if depth == 0 and token["name"] in {"mutation", "subscription"}:
            rules.check_write(f"a GraphQL {token['name']} changes more than it reads")
    if depth != 0:
        raise unverifiable("its GraphQL query cannot be read")


def _query(rules: Rules, query: Query, parent: str | None) -> Flow[None]:
    (first, alias), *others = query.sources
    if parent is None:
        if len(first) != 1:
            raise unverifiable("its query is not from an object")
        sobject = first[0]
        rules.check_object(sobject)
    else:
        sobject = yield from rules.child_object(parent, first[-1])
        if len(first) > 1:  # an alias of the query around it, and then the relationship
            raise unverifiable("a query in it is from a relationship of an alias")
    called = {sobject.casefold(): sobject}
    if alias:
        called[alias.casefold()] = sobject
    for path, name in others:
        called[name.casefold()] = yield from _find_relationships(rules, path, called)
    for kind in query.kinds:
        rules.check_object(kind)
    for path in query.paths:
        yield from _path(rules, path, called, sobject)
    for child in query.children:
        yield from _query(rules, child, parent=sobject)
    for inner in query.joined:
        yield from _query(rules, inner, parent=None)


def _find_relationships(rules: Rules, path: tuple[str, ...], called: dict[str, str]) -> Flow[str]:
    """Check a second source, as in FROM Contact c, c.Account a; return its object."""
    if len(path) != 2 or path[0].casefold() not in called:
        raise unverifiable("its query is from something that is not an object")
    start = called[path[0].casefold()]
    yield from rules.check_path(start, path[1:])
    about = yield from fetch_outline(start)
    name = path[1].casefold()
    for field in about.fields:
        if (field.relationship_name or "").casefold() == name and len(field.reference_to) == 1:
            return field.reference_to[0]
    raise unverifiable("its query is from a relationship to several objects")


def _path(rules: Rules, path: tuple[str, ...], called: dict[str, str], sobject: str) -> Flow[None]:
    """Judge a dotted name, whose first step is an alias, the object's own name, or a relationship.

    Where it could be either it is held to both.
    """
    *steps, _ = path
    start = called.get(steps[0].casefold())
    if start is None:
        yield from rules.check_path(sobject, steps)
        return
    yield from rules.check_path(start, steps[1:])
    about = yield from fetch_outline(sobject)
    if any(
        (field.relationship_name or "").casefold() == steps[0].casefold() for field in about.fields
    ):
        yield from rules.check_path(sobject, steps)
