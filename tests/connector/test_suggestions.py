"""A name that Salesforce does not know: the nearest there is, and what is said when that fails."""

from typing import Any

import httpx
import pytest
from flow_driver import FlowRun, drive, ok

from salesforce_actions.actions import (
    bulk_write,
    describe_object,
    find_records,
    get_record,
    list_invocable_actions,
    publish_platform_event,
    run_flow,
    run_invocable_action,
)
from salesforce_connector.errors import NotFound, Rejected, Unavailable
from salesforce_connector.metadata import option_sources

UNKNOWN = NotFound("The requested resource does not exist", code="NOT_FOUND", status=404)
NO_TYPE = Rejected("sObject type 'Acount' is not supported.", code="INVALID_TYPE", status=400)


def describe_with(*names: str) -> httpx.Response:
    about = dict.fromkeys(
        ("custom", "queryable", "searchable", "createable", "updateable", "deletable"), True
    )
    return ok(
        {"sobjects": [{"name": name, "label": name, "labelPlural": name} | about for name in names]}
    )


def run(action: Any, *answers: Any, **inputs: Any) -> FlowRun:
    return drive(action.flow(action.Input(**inputs)), *answers)


OBJECTS = describe_with("Account", "Contact", "Order__e")
ACTIONS = ok({"actions": [{"name": "Ship_Order", "label": "Ship"}, {"name": "Bill"}]})


@pytest.mark.parametrize(
    ("action", "inputs", "refusal", "listing", "listing_path", "suggestion"),
    [
        (describe_object, {"sobject": "Acount"}, UNKNOWN, OBJECTS, "/sobjects", "Account"),
        (find_records, {"sobject": "Acount"}, NO_TYPE, OBJECTS, "/sobjects", "Account"),
        (
            get_record,
            {"sobject": "Kontact", "id": "003000000000001"},
            UNKNOWN,
            OBJECTS,
            "/sobjects",
            "Contact",
        ),
        (
            publish_platform_event,
            {"sobject": "Ordr__e", "fields": {"A__c": 1}},
            UNKNOWN,
            OBJECTS,
            "/sobjects",
            "Order__e",
        ),
        (
            run_flow,
            {"flow_name": "Ship_Ordr"},
            UNKNOWN,
            ACTIONS,
            "/actions/custom/flow",
            "Ship_Order",
        ),
        (
            run_invocable_action,
            {"kind": "apex", "action_name": "Bil", "inputs": [{}]},
            UNKNOWN,
            ACTIONS,
            "/actions/custom/apex",
            "Bill",
        ),
        (
            list_invocable_actions,
            {"kind": "flow", "action_name": "ship_ordr"},
            UNKNOWN,
            ACTIONS,
            "/actions/custom/flow",
            "Ship_Order",
        ),
        (
            bulk_write,
            {"sobject": "Acount", "operation": "insert", "csv": "Name\nA\n"},
            UNKNOWN,
            OBJECTS,
            "/sobjects",
            "Account",
        ),
    ],
)
def test_the_nearest_name_is_reported(
    action: Any,
    inputs: dict[str, Any],
    refusal: Rejected,
    listing: httpx.Response,
    listing_path: str,
    suggestion: str,
) -> None:
    """By one more call, which is a read that the client keeps."""
    done = run(action, refusal, listing, **inputs)

    assert isinstance(done.error, type(refusal))
    assert (done.error.code, done.error.status) == (refusal.code, refusal.status)
    assert done.error.remedy.endswith(f"Did you mean {suggestion}?")
    assert done.error.message == refusal.message
    assert len(done.error.fields) == 1
    assert (done.calls[-1].method, done.calls[-1].path, done.calls[-1].cached) == (
        "GET",
        listing_path,
        True,
    )


@pytest.mark.parametrize(
    "trouble",
    [
        Unavailable("Down.", code="HTTP_503"),
        NotFound("No.", code="NOT_FOUND"),
        ok({"not": "a list"}),
    ],
)
def test_a_failing_lookup_never_hides_the_first_error(trouble: Any) -> None:
    done = run(describe_object, UNKNOWN, trouble, sobject="Acount")

    assert done.error is UNKNOWN


def test_a_record_of_an_object_that_is_there_is_simply_not_there() -> None:
    done = run(get_record, UNKNOWN, OBJECTS, sobject="account", id="001000000000001")

    assert done.error is UNKNOWN


def test_nothing_near_is_reported_as_such() -> None:
    done = run(describe_object, UNKNOWN, OBJECTS, sobject="Zzz__c")

    assert done.error is not None
    assert done.error.remedy == "There is no object Zzz__c, or the user may not use it."


@pytest.mark.parametrize("code", ["ENTITY_IS_DELETED", "CANNOT_INSERT", "INVALID_FIELD"])
def test_a_refusal_of_something_else_costs_no_call(code: str) -> None:
    done = run(get_record, NotFound("No.", code=code), sobject="Account", id="001000000000001")

    assert len(done.calls) == 1


def test_choices_of_an_object_that_is_not_there_tell_the_nearest() -> None:
    flow = option_sources.flow("fields", {"sobject": "Acount"}, "", None)
    done = drive(flow, UNKNOWN, OBJECTS)

    assert isinstance(done.error, NotFound)
    assert "Did you mean Account?" in str(done.error)
