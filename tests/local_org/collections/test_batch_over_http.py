"""Batches: independent subrequests in one request."""

from typing import Any

import httpx
import pytest
from local_org.collections.composite_calls import Json, count

from salesforce_emulator.org.state import Org


def sub(method: str, path: str, body: Any = None, version: str = "v68.0") -> Json:
    values = {"method": method, "url": f"{version}/{path}"}
    return values if body is None else {**values, "richInput": body}


def batch(client: httpx.Client, *subs: Json, **flags: Any) -> Json:
    response = client.post("/composite/batch", json={"batchRequests": subs, **flags})
    assert response.status_code == 200, response.text
    values: Json = response.json()
    return values


@pytest.mark.parametrize(
    ("subs", "status", "code"),
    [
        ([sub("GET", "limits")] * 26, 400, "LIMIT_EXCEEDED"),
        ([sub("GET", "limits"), {"method": "GET"}], 400, "JSON_PARSER_ERROR"),
        ([sub("GET", "limits"), {"url": "v68.0/limits"}], 400, "JSON_PARSER_ERROR"),
        ([sub("GET", "limits"), sub("LIST", "limits")], 400, "JSON_PARSER_ERROR"),
        ([{"method": "GET", "url": "limits"}], 400, "JSON_PARSER_ERROR"),
        ([sub("GET", "limits", version="v33.0")], 400, "INVALID_BATCH_OPERATION"),
        ([sub("GET", "limits", version="v12.0")], 410, "UNSUPPORTED_API_VERSION"),
        ([{**sub("POST", "sobjects/Account"), "binaryPartName": "b"}], 501, "NOT_IMPLEMENTED"),
        (["x"], 400, "JSON_PARSER_ERROR"),
        ({}, 400, "JSON_PARSER_ERROR"),
        (None, 400, "JSON_PARSER_ERROR"),
    ],
)
def test_one_that_cannot_be_read_refuses_all(
    client: httpx.Client, subs: Any, status: int, code: str
) -> None:
    response = client.post("/composite/batch", json={"batchRequests": subs})

    assert (response.status_code, response.json()[0]["errorCode"]) == (status, code)


def test_a_subrequest_is_not_of_a_later_version_than_its_batch(client: httpx.Client) -> None:
    path = str(client.base_url).replace("v68.0", "v60.0") + "composite/batch"

    def status(version: str) -> int:
        subs = [sub("GET", "limits", version=version)]
        return client.post(path, json={"batchRequests": subs}).status_code

    assert (status("v60.0"), status("v34.0"), status("v61.0")) == (200, 200, 400)


def test_a_failed_subrequest_leaves_the_others(client: httpx.Client) -> None:
    response = batch(
        client,
        sub("POST", "sobjects/Account", {"Name": "A"}),
        sub("POST", "sobjects/Account", {}),
        sub("GET", "query?q=SELECT Name FROM Account"),
        sub("POST", "composite", {"compositeRequest": []}),
        sub("GET", "sobjects/Account/@{a.id}"),
    )

    created, failed, queried, nested, literal = response["results"]
    assert response["hasErrors"] is True
    assert created == {
        "statusCode": 201,
        "result": {"id": created["result"]["id"], "success": True, "errors": []},
    }
    assert failed["statusCode"] == 400
    assert failed["result"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert [item["Name"] for item in queried["result"]["records"]] == ["A"]
    assert (nested["statusCode"], nested["result"][0]["errorCode"]) == (400, "INVALID_INPUT")
    assert literal["statusCode"] == 404


def test_halt_on_error_keeps_earlier_writes(client: httpx.Client) -> None:
    created = sub("POST", "sobjects/Account", {"Name": "A"})

    response = batch(
        client, created, sub("POST", "sobjects/Account", {}), created, created, haltOnError=True
    )

    assert [item["statusCode"] for item in response["results"]] == [201, 400, 412, 412]
    assert response["results"][2]["result"] == [
        {
            "errorCode": "BATCH_PROCESSING_HALTED",
            "message": "Batch processing halted per request",
        }
    ]
    assert count(client, "Account") == 1


def test_an_empty_answer_is_null(client: httpx.Client) -> None:
    created = client.post("/sobjects/Account", json={"Name": "A"}).json()["id"]

    response = batch(
        client,
        sub("PATCH", f"sobjects/account/{created}", {"Name": "B"}),
        {"method": "GET", "url": f"/services/data/v68.0/sobjects/Account/{created}?fields=Name"},
    )

    assert response["hasErrors"] is False
    assert response["results"][0] == {"statusCode": 204, "result": None}
    assert response["results"][1]["result"]["Name"] == "B"


def test_each_is_an_api_call_and_the_limit_is_met_on_the_way(
    client: httpx.Client, org: Org
) -> None:
    before = org.limits.api_used
    batch(client, *[sub("GET", "limits")] * 5)
    assert org.limits.api_used == before + 5

    org.limits.api_max = org.limits.api_used + 2
    response = batch(client, *[sub("GET", "limits")] * 3)

    assert [item["statusCode"] for item in response["results"]] == [200, 200, 403]
    assert response["results"][2]["result"][0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"
