"""Judges what carries many records at once: collections, trees and bulk jobs.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm
"""

from collections.abc import Mapping
from typing import Any

from salesforce_connector.flow import Call, Flow
from salesforce_connector.policy import query_languages
from salesforce_connector.policy.errors import unverifiable
from salesforce_connector.policy.parsed_call import ParsedCall
from salesforce_connector.policy.rules import Rules
from salesforce_connector.records import decode, segment


def collections(rules: Rules, call: ParsedCall) -> Flow[None]:
    """Judge a call that reads or writes records by the list."""
    match call.method, call.steps[2:]:
        case ("GET" | "POST", (sobject,)):  # POST with ids reads what GET reads
            if call.method == "POST" and set(body_of(call.body)) - {"ids", "fields"}:
                raise unverifiable("it does more than to read records by ID")
            rules.check_object(sobject)
            fields = call.params.get("fields") or body_of(call.body or {}).get("fields") or []
            for path in fields.split(",") if isinstance(fields, str) else map(str, fields):
                yield from rules.check_path(sobject, path.strip().split(".")[:-1])
        case "DELETE", ():
            rules.check_write("DELETE on records writes")
            yield from rules.check_ids(call.params.get("ids", "").split(","))
        case "POST" | "PATCH", ():
            rules.check_write(f"{call.method} on records writes")
            for record in _list(call.body, "records"):
                kind = body_of(body_of(record).get("attributes")).get("type")
                rules.check_object(kind)
                yield from rules.check_record(str(kind), record)
        case "PATCH", (sobject, _):
            rules.check_write("PATCH on records writes")
            for record in _list(call.body, "records"):
                yield from rules.check_record(sobject, record)
        case _:
            raise unverifiable("what it does with records is not known")


def tree(rules: Rules, call: ParsedCall) -> Flow[None]:
    """Check records that are created with their children."""
    rules.check_write("a tree of records is written")
    if len(call.steps) != 3:
        raise unverifiable("it does not say which object it is about")
    for record in _list(call.body, "records"):
        yield from rules.check_record(call.steps[2], record)


def jobs(rules: Rules, call: ParsedCall) -> Flow[None]:
    """Judge a bulk job, by the object that it is about."""
    match call.method, call.steps[1:]:
        case "POST", ("query",):
            yield from query_languages.soql(rules, body_of(call.body).get("query"))
        case "POST", ("ingest",):
            rules.check_write("a bulk job writes records")
            rules.check_object(body_of(call.body).get("object"))
        case "GET", ("query" | "ingest",) | ("query" | "ingest", _):
            pass
        case _, ("query" | "ingest" as kind, job, *_):
            # The job of a query changes no record, whatever becomes of it.
            if kind == "ingest" and not call.is_read:
                rules.check_write("a bulk job writes records")
            if rules.objects:
                job_info = decode((yield Call("GET", f"/jobs/{kind}/{segment(job)}")))
                rules.check_object(body_of(job_info).get("object"))
        case _:
            raise unverifiable("what it does with jobs is not known")


def body_of(value: Any) -> Mapping[str, Any]:
    """Return a JSON object, or refuse what is none."""
    if not isinstance(value, Mapping):
        raise unverifiable("its body is not a JSON object")
    return value


def _list(body: Any, name: str) -> list[Any]:
    items = body_of(body).get(name)
    if not isinstance(items, list):
        raise unverifiable(f"its body has no list of {name}")
    return items
