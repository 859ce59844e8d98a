"""Composite requests: references, allOrNone, limits."""

from typing import Any

import httpx
import pytest
from local_org.collections.composite_calls import HALTED, ROOT, Json, composite, count, create, step

from salesforce_emulator.org.state import Org


def refused(client: httpx.Client, body: Any, path: str = "/composite") -> Json:
    response = client.post(path, json=body)
    assert response.status_code == 400, response.text
    error: Json = response.json()[0]
    return error


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "compositeRequest"),
        ([], "instance of sobject"),
        ({"compositeRequest": {}}, "instance of list"),
        ({"compositeRequest": ["x"]}, "instance of compositeSubrequest"),
        ({"compositeRequest": [{"method": "GET", "url": ROOT}]}, "referenceId"),
        ({"compositeRequest": [{"method": "GET", "referenceId": "a"}]}, "url"),
        ({"compositeRequest": [{"url": ROOT, "referenceId": "a"}]}, "method"),
        ({"compositeRequest": [step("a", "get", "/sobjects")]}, "instance of method"),
        ({"compositeRequest": [step("a", "GET", "/sobjects", bodi={})]}, "bodi"),
        ({"compositeRequest": [step("a", "GET", "/sobjects")] * 2}, "('a') must be unique"),
        ({"compositeRequest": [step("a[1]", "GET", "/sobjects")]}, "Provided referenceId ('a[1]')"),
        (
            {"compositeRequest": [step("a", "GET", "/limits", httpHeaders={"Accept": "x"})]},
            "Accept",
        ),
        ({"compositeRequest": [], "allOrNone": "x"}, "instance of boolean"),
        ({"compositeRequest": [], "allornone": True}, "allornone"),
    ],
)
def test_a_malformed_composite_request_is_refused_as_a_whole(
    client: httpx.Client, body: Any, message: str
) -> None:
    assert message in refused(client, body)["message"]


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            [step(f"r{n}", "GET", "/sobjects") for n in range(26)],
            "The request can\u2019t contain more than 25 operations.",
        ),
        (
            [step(f"r{n}", "GET", "/query?q=SELECT Id FROM Account") for n in range(4)]
            + [step(f"c{n}", "POST", "/composite/sobjects", {}) for n in range(2)],
            "more than 5 Query or sObject Collections",
        ),
    ],
)
def test_too_many_steps_are_refused_inside_a_200(
    client: httpx.Client, steps: list[Json], message: str
) -> None:
    (only,) = composite(client, *steps)

    assert only["body"][0]["errorCode"] == "LIMIT_EXCEEDED"
    assert message in only["body"][0]["message"]
    assert (only["httpStatusCode"], only["referenceId"]) == (400, None)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/sobjects/Foo", 404, "NOT_FOUND"),
        ("GET", "/nothing", 400, "INVALID_INPUT"),
        ("GET", "/limits", 400, "INVALID_INPUT"),
        ("POST", "/composite", 400, "INVALID_INPUT"),
        ("POST", "/composite/batch", 400, "INVALID_INPUT"),
        ("POST", "/composite/tree/Account", 400, "INVALID_INPUT"),
        ("POST", "/sobjects/Account", 400, "JSON_PARSER_ERROR"),
        ("PUT", "/sobjects/Account", 405, "METHOD_NOT_ALLOWED"),
        ("PATCH", "/query", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/query?q=SELECT Id FROM Xyzzy", 400, "INVALID_TYPE"),
    ],
)
def test_a_step_that_fails_is_an_answer(
    client: httpx.Client, method: str, path: str, status: int, code: str
) -> None:
    (only,) = composite(client, step("it", method, path))

    assert (only["httpStatusCode"], only["body"][0]["errorCode"]) == (status, code)
    assert (only["httpHeaders"], only["referenceId"]) == ({}, "it")


@pytest.mark.parametrize(
    "url", ["/sobjects", "v68.0/sobjects", "https://x/y", "/services/data", ""]
)
def test_a_url_begins_with_the_api_s_root(client: httpx.Client, url: str) -> None:
    (only,) = composite(client, {"method": "GET", "url": url, "referenceId": "it"})

    assert (only["httpStatusCode"], only["body"][0]["errorCode"]) == (404, "NOT_FOUND")


def test_a_blob_is_not_for_composite(client: httpx.Client) -> None:
    account = client.post("/sobjects/Account", json={"Name": "A"}).json()["id"]
    file = {"ParentId": account, "Name": "hi.txt", "Body": "aGk="}
    blob = client.post("/sobjects/Attachment", json=file).json()["id"]

    (only,) = composite(client, step("it", "GET", f"/sobjects/Attachment/{blob}/Body"))

    assert (only["httpStatusCode"], only["body"][0]["errorCode"]) == (501, "NOT_IMPLEMENTED")


def test_steps_are_answered_as_single_requests(client: httpx.Client) -> None:
    created, changed, removed = composite(
        client,
        create("a", "Account", Name="A"),
        step("b", "PATCH", "/sobjects/Account/@{a.id}", {"Name": "B"}),
        step("c", "DELETE", "/sobjects/Account/@{a.id}"),
    )

    record_id = created["body"]["id"]
    assert created == {
        "body": {"id": record_id, "success": True, "errors": []},
        "httpHeaders": {"Location": f"{ROOT}/sobjects/Account/{record_id}"},
        "httpStatusCode": 201,
        "referenceId": "a",
    }
    assert changed == {
        "body": None,
        "httpHeaders": {},
        "httpStatusCode": 204,
        "referenceId": "b",
    }
    assert (removed["body"], removed["httpStatusCode"]) == (None, 204)


def test_values_of_any_earlier_answer_can_be_used(client: httpx.Client) -> None:
    query = (
        "/query?q=SELECT Id, Name, NumberOfEmployees FROM Account WHERE Name = '@{theRead.Name}'"
    )
    typed = {"attributes": {"type": "Contact"}, "LastName": "L", "AccountId": "@{one.id}"}
    answers = composite(
        client,
        create("one", "Account", Name="R&D + 1 %", NumberOfEmployees=7, BillingCity="Bonn"),
        step("theRead", "GET", "/sobjects/Account/@{one.id}"),
        step("found", "GET", query),
        step("many", "POST", "/composite/sobjects", {"records": [typed]}),
        create(
            "two",
            "Account",
            Name="Like @{found.records[0].Name}, @{theRead.NumberOfEmployees}",
            NumberOfEmployees="@{theRead.NumberOfEmployees}",
            BillingCity="@{theRead.BillingAddress.city}",
            Site="@{theRead.Site}",
        ),
        step("last", "GET", "/sobjects/Contact/@{many[0].id}?fields=AccountId"),
        step("back", "GET", "/sobjects/Account/@{two.id}?fields=Name,NumberOfEmployees,Site"),
    )

    assert [response["httpStatusCode"] for response in answers] == [
        201,
        200,
        200,
        200,
        201,
        200,
        200,
    ]
    back = answers[-1]["body"]
    assert back["Name"] == "Like R&D + 1 %, 7"
    assert (back["NumberOfEmployees"], back["Site"]) == (7, None)
    assert answers[-2]["body"]["AccountId"] == answers[0]["body"]["id"]


@pytest.mark.parametrize(
    "reference",
    ["one.Id", "one.errors", "one[0].id", "later.id", "nobody.id", "one.id.more", "one", "one..id"],
)
def test_a_reference_to_nothing_fails_the_step_that_has_it(
    client: httpx.Client, reference: str
) -> None:
    first, second, later = composite(
        client,
        create("one", "Account", Name="A"),
        create("two", "Account", Name="@{" + reference + "}"),
        create("later", "Account", Name="B"),
    )

    name = reference.partition(".")[0].partition("[")[0]
    assert (first["httpStatusCode"], later["httpStatusCode"]) == (201, 201)
    assert second["httpStatusCode"] == 400
    assert second["body"] == [
        {
            "errorCode": "PROCESSING_HALTED",
            "message": f"Invalid reference specified. No value for {reference} found in {name}.",
        }
    ]


def test_steps_that_depend_on_a_failed_step_are_not_run(client: httpx.Client) -> None:
    failed, child, other = composite(
        client,
        create("a", "Account", Industry="Energy"),
        create("b", "Contact", LastName="L", AccountId="@{a.id}"),
        create("c", "Contact", LastName="M"),
        allOrNone=False,
    )

    assert failed["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert child["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert other["httpStatusCode"] == 201


def test_before_v52_a_reference_to_null_fails_and_ids_are_free(client: httpx.Client) -> None:
    created = client.post("/sobjects/Account", json={"Name": "A"}).json()["id"]
    steps = [
        step("a b", "GET", f"/sobjects/Account/{created}"),
        step("c", "GET", f"/sobjects/Account/{created}"),
        create("d", "Account", Name="B", Site="@{c.Site}"),
    ]

    old = client.post(
        str(client.base_url).replace("v68.0", "v51.0") + "composite",
        json={"compositeRequest": steps},
    ).json()["compositeResponse"]

    assert [item["httpStatusCode"] for item in old] == [200, 200, 400]
    assert old[2]["body"][0]["errorCode"] == "PROCESSING_HALTED"


def test_all_or_none_undoes_all_when_one_fails(client: httpx.Client) -> None:
    answers = composite(
        client,
        create("a", "Account", Name="A"),
        create("b", "Contact", AccountId="@{a.id}"),
        create("c", "Contact", LastName="M"),
        allOrNone=True,
    )

    assert [response["httpStatusCode"] for response in answers] == [400, 400, 400]
    assert answers[0]["body"] == answers[2]["body"] == [HALTED]
    assert answers[0]["httpHeaders"] == {}
    assert answers[1]["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert (count(client, "Account"), count(client, "Contact")) == (0, 0)


@pytest.mark.parametrize(
    ("outer", "inner", "accounts", "contacts"),
    [(False, False, 1, 1), (False, True, 0, 1), (True, True, 0, 0), (True, False, 0, 0)],
)
def test_the_flag_of_the_whole_rules_that_of_a_collection(
    client: httpx.Client, outer: bool, inner: bool, accounts: int, contacts: int
) -> None:
    records = [{"attributes": {"type": "Account"}, "Name": name} for name in ("A", None)]

    many, contact = composite(
        client,
        step("many", "POST", "/composite/sobjects", {"allOrNone": inner, "records": records}),
        create("contact", "Contact", LastName="L"),
        allOrNone=outer,
    )

    assert many["httpStatusCode"] == 200
    codes = [error["statusCode"] for item in many["body"] for error in item["errors"]]
    undone = ["ALL_OR_NONE_OPERATION_ROLLED_BACK"] if outer or inner else []
    assert codes == [*undone, "REQUIRED_FIELD_MISSING"]
    assert contact["httpStatusCode"] == (400 if outer else 201)
    assert (count(client, "Account"), count(client, "Contact")) == (accounts, contacts)


def test_a_step_has_headers_of_its_own_and_not_those_of_the_whole(client: httpx.Client) -> None:
    later = {"If-Modified-Since": "Sat, 01 Jan 2033 00:00:00 GMT"}
    path = "/sobjects/Account/describe"

    response = client.post(
        "/composite",
        json={
            "compositeRequest": [step("a", "GET", path, httpHeaders=later), step("b", "GET", path)]
        },
        headers=later,
    ).json()["compositeResponse"]

    assert [item["httpStatusCode"] for item in response] == [304, 200]
    assert list(response[1]["httpHeaders"]) == ["ETag", "Last-Modified"]
    assert response[1]["body"]["name"] == "Account"


def test_steps_may_be_of_other_versions(client: httpx.Client) -> None:
    url = "/services/data/v40.0/sobjects/Account"
    (only,) = composite(
        client, {"method": "POST", "url": url, "referenceId": "a", "body": {"Name": "A"}}
    )

    assert only["httpHeaders"]["Location"].startswith(url)


def test_the_whole_is_one_api_call(client: httpx.Client, org: Org) -> None:
    before = org.limits.api_used

    composite(client, *(step(f"r{n}", "GET", "/sobjects") for n in range(25)))

    assert org.limits.api_used == before + 1


def test_a_read_only_user_may_read_alone(client: httpx.Client, org: Org) -> None:
    org.db.execute(
        'UPDATE "User" SET "ProfileId" = (SELECT "Id" FROM "Profile" WHERE "Name" = ?)'
        ' WHERE "Id" = ?',
        ("Read Only", org.admin_id),
    )

    created, read = composite(
        client, create("a", "Account", Name="A"), step("b", "GET", "/sobjects/Account")
    )

    assert (created["httpStatusCode"], read["httpStatusCode"]) == (403, 200)


def test_lists_its_relatives(client: httpx.Client) -> None:
    assert client.get("/composite").json() == {
        name: f"{ROOT}/composite/{name}" for name in ("tree", "batch", "sobjects", "graph")
    }
