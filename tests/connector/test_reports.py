"""The fact map of reports, flattened."""

from typing import Any

import pytest

from salesforce_connector.errors import Rejected
from salesforce_connector.query.reports import Results, flatten


def cell(label: str, value: Any = None) -> dict[str, Any]:
    return {"label": label, "value": label if value is None else value}


def results(**changes: Any) -> Results:
    columns = {"NAME": {"label": "Name"}, "AMOUNT": {"label": "Amount"}}
    body: dict[str, Any] = {
        "allData": True,
        "hasDetailRows": True,
        "factMap": {
            "T!T": {
                "aggregates": [cell("2", 2)],
                "rows": [{"dataCells": [cell("Acme"), cell("$5.00", 5)]}],
            }
        },
        "groupingsDown": {"groupings": []},
        "groupingsAcross": {"groupings": []},
        "reportMetadata": {
            "name": "R",
            "reportFormat": "TABULAR",
            "detailColumns": ["NAME", "AMOUNT"],
            "aggregates": ["RowCount"],
            "groupingsDown": [],
            "groupingsAcross": [],
        },
        "reportExtendedMetadata": {
            "detailColumnInfo": columns,
            "aggregateColumnInfo": {"RowCount": {"label": "Record Count"}},
            "groupingColumnInfo": {"STAGE": {"label": "Stage"}, "OWNER": {"label": "Owner"}},
        },
    }
    for name, value in changes.items():
        body[name] = {**body[name], **value} if name.startswith("report") else value
    return Results.model_validate(body)


def grouping(key: str, label: str, *inner: dict[str, Any]) -> dict[str, Any]:
    return {"key": key, "label": label, "value": label.lower(), "groupings": list(inner)}


def test_refuses_a_joined_report() -> None:
    """Its blocks have no columns in common: rows of it would be wrong."""
    with pytest.raises(Rejected) as refused:
        flatten(results(reportMetadata={"reportFormat": "MULTI_BLOCK"}), "label", "raw")

    assert refused.value.code == "JOINED_REPORT"


def test_calls_two_columns_of_one_label_apart() -> None:
    """In an object the second would replace the first."""
    same = {"NAME": {"label": "Name"}, "AMOUNT": {"label": "Name"}}
    table = flatten(results(reportExtendedMetadata={"detailColumnInfo": same}), "label", "raw")

    assert table.rows == [{"Name (NAME)": "Acme", "Name (AMOUNT)": 5}]


def test_calls_a_column_without_a_label_by_its_api_name() -> None:
    table = flatten(results(reportExtendedMetadata={"detailColumnInfo": {}}), "label", "raw")

    assert table.rows == [{"NAME": "Acme", "AMOUNT": 5}]


@pytest.mark.parametrize(
    ("names", "values", "row", "totals"),
    [
        ("label", "raw", {"Name": "Acme", "Amount": 5}, {"Record Count": 2}),
        ("api_name", "formatted", {"NAME": "Acme", "AMOUNT": "$5.00"}, {"RowCount": "2"}),
    ],
)
def test_flattens_a_tabular_report(
    names: Any, values: Any, row: dict[str, Any], totals: dict[str, Any]
) -> None:
    table = flatten(results(), names, values)

    assert (table.rows, table.groups, table.totals) == ([row], [], totals)


def summary(**facts: Any) -> Results:
    return results(
        factMap=facts.pop("facts"),
        groupingsDown={
            "groupings": [
                grouping("0", "Open", grouping("0_0", "Kim"), grouping("0_1", "Lee")),
                grouping("1", "Won", grouping("1_0", "Kim")),
            ]
        },
        reportMetadata={
            "reportFormat": "SUMMARY",
            "groupingsDown": [{"name": "STAGE"}, {"name": "OWNER"}],
        },
    )


def test_puts_rows_of_a_summary_under_their_groupings_in_order() -> None:
    def fact(count: int, *names: str) -> dict[str, Any]:
        rows = [{"dataCells": [cell(name), cell("1", 1)]} for name in names]
        return {"aggregates": [cell(str(count), count)], "rows": rows}

    facts = {
        "T!T": fact(3),
        "1_0!T": fact(1, "C"),
        "1!T": fact(1),
        "0_1!T": fact(1, "B"),
        "0_0!T": fact(1, "A"),
        "0!T": fact(2),
    }
    table = flatten(summary(facts=facts), "label", "formatted")

    assert [(row["Stage"], row["Owner"], row["Name"]) for row in table.rows] == [
        ("Open", "Kim", "A"),
        ("Open", "Lee", "B"),
        ("Won", "Kim", "C"),
    ]
    assert table.groups == [
        {"Stage": "Open", "Owner": "Kim", "Record Count": "1"},
        {"Stage": "Open", "Owner": "Lee", "Record Count": "1"},
        {"Stage": "Won", "Owner": "Kim", "Record Count": "1"},
    ]
    assert table.totals == {"Record Count": "3"}


def test_puts_the_tenth_group_behind_the_second() -> None:
    groups = [grouping(str(number), f"G{number}") for number in range(11)]
    facts = {f"{n}!T": {"aggregates": [cell("1", 1)], "rows": []} for n in (10, 2)}
    report = results(
        factMap=facts,
        groupingsDown={"groupings": groups},
        reportMetadata={"reportFormat": "SUMMARY", "groupingsDown": [{"name": "STAGE"}]},
    )

    assert [group["Stage"] for group in flatten(report, "label", "raw").groups] == ["g2", "g10"]


def test_joins_both_directions_of_a_matrix() -> None:
    report = results(
        factMap={
            "0!0": {
                "aggregates": [cell("1", 1)],
                "rows": [{"dataCells": [cell("A"), cell("1", 1)]}],
            },
            "0!T": {"aggregates": [cell("1", 1)], "rows": []},
            "T!T": {"aggregates": [cell("1", 1)], "rows": []},
        },
        groupingsDown={"groupings": [grouping("0", "Open")]},
        groupingsAcross={"groupings": [grouping("0", "Kim")]},
        reportMetadata={
            "reportFormat": "MATRIX",
            "groupingsDown": [{"name": "STAGE"}],
            "groupingsAcross": [{"name": "OWNER"}],
        },
    )
    table = flatten(report, "label", "formatted")

    assert table.rows == [{"Stage": "Open", "Owner": "Kim", "Name": "A", "Amount": "1"}]
    assert table.groups == [{"Stage": "Open", "Owner": "Kim", "Record Count": "1"}]
