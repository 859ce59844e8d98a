"""Conditions as input, and the SOQL that is made of them."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from salesforce_connector.errors import Rejected
from salesforce_connector.query.filters import Filters, Order, select, where

FILTERS: TypeAdapter[Any] = TypeAdapter(Filters)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"operator": "in", "value": "Hot"}, "in takes a list"),
        ({"operator": "in", "value": []}, "list for IN is empty"),
        ({"operator": "includes", "value": "A;B"}, "includes takes a list"),
        ({"operator": "equals", "value": ["Hot"]}, "equals takes one value"),
        ({"operator": "less_than"}, "less_than needs a value"),
        ({"operator": "contains", "value": 5}, "contains takes a text"),
        ({"operator": "starts_with", "value": ""}, "starts_with takes a text"),
        ({"operator": "is_null", "value": "x"}, "is_null takes no value"),
    ],
)
def test_refuses_a_value_that_does_not_go_with_its_operator(
    condition: dict[str, Any], message: str
) -> None:
    with pytest.raises(Rejected, match=message):
        where(FILTERS.validate_python([{"field": "Rating", **condition}]))


@pytest.mark.parametrize(
    "filter_",
    [
        {"field": "Name) OR (Id", "value": "x"},
        {"field": "Name", "operator": "= null OR", "value": "x"},
        {"field": "Name", "vaule": "x"},
        {"any": []},
        {"any": [{"field": "A", "value": 1}], "all": [{"field": "B", "value": 1}]},
    ],
)
def test_refuses_what_is_no_filter(filter_: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FILTERS.validate_python([filter_])


def test_an_invalid_filter_is_reported_once_for_the_intended_form() -> None:
    """A filter has four forms, and a value eight: each would complain for itself."""
    with pytest.raises(ValidationError) as raised:
        FILTERS.validate_python([{"any": [{"field": "A", "value": {"dat": "x"}}]}])

    (problem,) = raised.value.errors()
    assert problem["loc"][-1] == "value"
    assert "is none of: text" in problem["msg"]


@pytest.mark.parametrize(
    ("condition", "written"),
    [
        ({"value": "O'Hara"}, r"F = 'O\'Hara'"),
        ({"value": None}, "F = null"),
        ({"operator": "not_equals", "value": True}, "F != true"),
        ({"operator": "less_or_equal", "value": 1.5}, "F <= 1.5"),
        ({"operator": "greater_than", "value": {"date": "2026-01-31"}}, "F > 2026-01-31"),
        ({"value": {"date_literal": "LAST_N_DAYS:7"}}, "F = LAST_N_DAYS:7"),
        ({"operator": "not_in", "value": ["a", "b"]}, "F NOT IN ('a', 'b')"),
        ({"operator": "includes", "value": ["A;B", "C"]}, "F INCLUDES ('A;B', 'C')"),
        ({"operator": "contains", "value": "100%"}, r"F LIKE '%100\%%'"),
        ({"operator": "starts_with", "value": "a_b"}, r"F LIKE 'a\_b%'"),
        ({"operator": "ends_with", "value": "x"}, "F LIKE '%x'"),
        ({"operator": "not_contains", "value": "x"}, "(NOT F LIKE '%x%')"),
        ({"operator": "is_null"}, "F = null"),
        ({"operator": "is_not_null"}, "F != null"),
    ],
)
def test_writes_each_operator(condition: dict[str, Any], written: str) -> None:
    assert where(FILTERS.validate_python([{"field": "F", **condition}])) == written


def test_puts_groups_in_parentheses_however_deep() -> None:
    """SOQL refuses AND beside OR without them."""
    filters = FILTERS.validate_python(
        [
            {"field": "A", "value": 1},
            {
                "any": [
                    {"field": "B", "value": 2},
                    {"all": [{"none": [{"field": "C", "value": 3}]}]},
                ]
            },
        ]
    )

    assert where(filters) == "A = 1 AND (B = 2 OR ((NOT (C = 3))))"


def test_requests_a_field_once_in_any_case() -> None:
    """Salesforce refuses a field that is named twice."""
    assert select("Account", ["Id", "Name", "id"], []) == "SELECT Id, Name FROM Account"


def test_sorts_and_limits() -> None:
    order = [Order(field="Name"), Order(field="Amount", descending=True, nulls_last=True)]

    assert select("Opportunity", ["Id"], [], order, 5) == (
        "SELECT Id FROM Opportunity ORDER BY Name ASC NULLS FIRST, Amount DESC NULLS LAST LIMIT 5"
    )
