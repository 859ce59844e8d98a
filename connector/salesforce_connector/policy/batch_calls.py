"""Judges what carries many records at once: collections, trees and bulk jobs.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm
"""

from collections.abc import Mapping
from typing import Any

from salesforce_connector.action import Call, Flow
from salesforce_connector.policy import query_languages
from salesforce_connector.policy.errors import unclear
from salesforce_connector.policy.parsed_call import Asked
from salesforce_connector.policy.rules import Rules
from salesforce_connector.records import decode, segment


def collections(rules: Rules, asked: Asked) -> Flow[None]:
    """Judge a call that reads or writes records by the list."""
    match asked.method, asked.steps[2:]:
        case ("GET" | "POST", (sobject,)):  # POST with ids reads what GET reads
            if asked.method == "POST" and set(body_of(asked.body)) - {"ids", "fields"}:
                raise unclear("it does more than to read records by id")
            rules.touches(sobject)
            fields = asked.params.get("fields") or body_of(asked.body or {}).get("fields") or []
            for path in fields.split(",") if isinstance(fields, str) else map(str, fields):
                yield from rules.follows(sobject, path.strip().split(".")[:-1])
        case "DELETE", ():
            rules.changes("DELETE on records writes")
            yield from rules.holds(asked.params.get("ids", "").split(","))
        case "POST" | "PATCH", ():
            rules.changes(f"{asked.method} on records writes")
            for record in _list(asked.body, "records"):
                kind = body_of(body_of(record).get("attributes")).get("type")
                rules.touches(kind)
                yield from rules.writes(str(kind), record)
        case "PATCH", (sobject, _):
            rules.changes("PATCH on records writes")
            for record in _list(asked.body, "records"):
                yield from rules.writes(sobject, record)
        case _:
            raise unclear("what it does with records is not known")


def tree(rules: Rules, asked: Asked) -> Flow[None]:
    """Judge records that are made with their children."""
    rules.changes("a tree of records is written")
    if len(asked.steps) != 3:
        raise unclear("it does not say which object it is about")
    for record in _list(asked.body, "records"):
        yield from rules.writes(asked.steps[2], record)


def jobs(rules: Rules, asked: Asked) -> Flow[None]:
    """Judge a bulk job, by the object that it is about."""
    match asked.method, asked.steps[1:]:
        case "POST", ("query",):
            yield from query_languages.soql(rules, body_of(asked.body).get("query"))
        case "POST", ("ingest",):
            rules.changes("a bulk job writes records")
            rules.touches(body_of(asked.body).get("object"))
        case "GET", ("query" | "ingest",) | ("query" | "ingest", _):
            pass
        case _, ("query" | "ingest" as kind, job, *_):
            # The job of a query changes no record, whatever becomes of it.
            if kind == "ingest" and not asked.reading:
                rules.changes("a bulk job writes records")
            if rules.objects:
                told = decode((yield Call("GET", f"/jobs/{kind}/{segment(job)}")))
                rules.touches(body_of(told).get("object"))
        case _:
            raise unclear("what it does with jobs is not known")


def body_of(value: Any) -> Mapping[str, Any]:
    """Give a JSON object, or refuse what is none."""
    if not isinstance(value, Mapping):
        raise unclear("its body is not a JSON object")
    return value


def _list(body: Any, name: str) -> list[Any]:
    found = body_of(body).get(name)
    if not isinstance(found, list):
        raise unclear(f"its body has no list of {name}")
    return found
