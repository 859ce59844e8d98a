"""`explain=` with the id of a list view or report: the plan of its statement."""

import httpx
import pytest
from local_org.soql.questions import Asker

from salesforce_emulator.list_views.declared import ListView, list_views_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.reports.report import Report, declare


def explained(client: httpx.Client, record_id: str) -> tuple[str, dict[str, object]]:
    body = client.get("/query", params={"explain": record_id}).json()
    (plan,) = body["plans"]
    return body["sourceQuery"], plan


@pytest.mark.parametrize("nothing", ["00B000000000001", "00O000000000001AAA", "001000000000001"])
def test_explaining_an_id_of_another_object_is_not_found(
    client: httpx.Client, nothing: str
) -> None:
    response = client.get("/query", params={"explain": nothing})
    assert (response.status_code, response.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_a_list_views_plan(org: Org, client: httpx.Client, ask: Asker) -> None:
    list_views_of(org).append(
        ListView("Account", "Hot", "Hot", ("Name",), where="Rating = 'Hot'", mine=True)
    )
    ask.create("Account", Name="a", Rating="Hot")
    ask.create("Account", Name="b")
    views = client.get("/sobjects/Account/listviews").json()["listviews"]
    (record_id,) = [view["id"] for view in views if view["developerName"] == "Hot"]
    statement, plan = explained(client, record_id)
    assert "USING SCOPE mine WHERE Rating = 'Hot'" in statement
    assert (plan["cardinality"], plan["sobjectCardinality"]) == (1, 2)


def test_a_reports_plan(org: Org, client: httpx.Client, ask: Asker) -> None:
    report = Report(
        name="Banks",
        label="Banks",
        sobject="Account",
        columns=("Name", "Owner.Name"),
        groups=("Industry",),
        totals=("AnnualRevenue",),
        where="Industry = 'Banking'",
    )
    record_id = declare(org, report)
    ask.create("Account", Name="a", Industry="Banking")
    ask.create("Account", Name="b")
    statement, plan = explained(client, record_id[:15])
    assert statement == (
        "SELECT Name, Owner.Name, Industry, AnnualRevenue FROM Account WHERE (Industry = 'Banking')"
    )
    assert (plan["leadingOperationType"], plan["cardinality"]) == ("TableScan", 1)
