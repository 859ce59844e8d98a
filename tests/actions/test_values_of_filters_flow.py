"""find_records: a text for a date, a number or a boolean becomes what its field takes."""

from typing import Any

import pytest
from connector.test_record_rules import ACCOUNT, INVOICE

from salesforce_actions.actions.find_records import Input, flow
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call, LoadRecordRules

RULES = {"Invoice__c": INVOICE, "Account": ACCOUNT}


def soql(*filters: dict[str, Any]) -> str:
    """Return the WHERE of the query that is sent."""
    args = Input.model_validate({"sobject": "Invoice__c", "filters": [*filters]})
    steps: Any = flow(args)
    step = next(steps)
    while isinstance(step, LoadRecordRules):
        step = steps.send(RULES.get(step.sobject))
    assert isinstance(step, Call)
    query: str = step.params["q"]
    return query.partition(" WHERE ")[2].partition(" LIMIT ")[0]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("Day__c", "2026-01-31", "2026-01-31"),
        ("Day__c", "2026-01-31T09:00:00Z", "2026-01-31"),
        ("Day__c", "last_n_days:7", "LAST_N_DAYS:7"),
        ("At__c", "2026-01-31T09:00:00+01:00", "2026-01-31T09:00:00.000+01:00"),
        ("At__c", "2026-01-31", "2026-01-31T00:00:00.000+00:00"),
        ("At__c", "TODAY", "TODAY"),
        ("Sum__c", "1234.5", "1234.5"),
        ("count__C", "12", "12"),
        ("Flag__c", "TRUE", "true"),
        ("Flag__c", False, "false"),
        ("Name", 12, "'12'"),
        ("Name", "2026-01-31", "'2026-01-31'"),
        ("Account__c", "001D000000IqhSL", "'001D000000IqhSL'"),
        ("Account__r.Ext__c", 7, "'7'"),
        ("Nothing__c", "2026-01-31", "'2026-01-31'"),
        ("Day__c", None, "null"),
    ],
)
def test_a_value_becomes_what_its_field_takes(field: str, value: Any, expected: str) -> None:
    assert soql({"field": field, "value": value}) == f"{field} = {expected}"


def test_values_in_lists_and_groups_too() -> None:
    group = {"any": [{"field": "Day__c", "operator": "in", "value": ["2026-01-31", "TODAY"]}]}
    assert soql({"none": [group]}) == "(NOT ((Day__c IN (2026-01-31, TODAY))))"


def test_a_text_in_a_text_stays_one() -> None:
    assert soql({"field": "Day__c", "operator": "contains", "value": "1"}) == "Day__c LIKE '%1%'"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Day__c", "31.01.2026"),
        ("At__c", "2026-01-31T09:00:00"),
        ("Sum__c", "1,234.56"),
        ("Sum__c", "nan"),
        ("Flag__c", "yes"),
    ],
)
def test_a_text_that_is_none_is_refused_with_its_field(field: str, value: str) -> None:
    with pytest.raises(Rejected) as error:
        soql({"field": field, "value": value})
    assert (error.value.code, error.value.fields) == ("INVALID_FILTER", (field,))


def test_without_rules_values_stay_as_they_are() -> None:
    args = Input.model_validate(
        {"sobject": "X", "filters": [{"field": "Day__c", "value": "2026-01-31"}]}
    )
    steps: Any = flow(args)
    next(steps)
    assert "'2026-01-31'" in steps.send(None).params["q"]
