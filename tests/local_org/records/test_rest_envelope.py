"""Rules of all REST calls: versions, authorization, usage, headers, bodies, errors."""

import asyncio
import gzip
import json
import zlib
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.routing import Route

from salesforce_emulator.app.app import create_app
from salesforce_emulator.http.versions import label
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org

NOT_FOUND = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]


@pytest.mark.parametrize("version", ["v7.0", "v20.0", "v30.0"])
def test_a_retired_version_is_gone(client: httpx.Client, org: Org, version: str) -> None:
    response = client.get(f"https://{org.host}/services/data/{version}/limits")

    assert response.status_code == 410
    assert response.json()[0]["errorCode"] == "UNSUPPORTED_API_VERSION"


@pytest.mark.parametrize("version", ["v69.0", "v6.0", "v68", "v68.1", "68.0", "vXX.0"])
def test_no_version_that_never_was(client: httpx.Client, org: Org, version: str) -> None:
    response = client.get(f"https://{org.host}/services/data/{version}/limits")

    assert (response.status_code, response.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize("header", [None, "Bearer nobody", "Bearer 00DKX00000000012AA!x"])
def test_nobody_comes_in_without_a_token(anonymous: httpx.Client, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}

    response = anonymous.get("/services/data/v68.0/limits", headers=headers)

    assert response.status_code == 401
    assert response.json() == [
        {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    ]
    assert response.headers["WWW-Authenticate"] == "Token"
    assert "Sforce-Limit-Info" not in response.headers


@pytest.mark.parametrize("path", ["/nope", "/sobjects/Nope", "/sobjects/Account/a/b/c"])
def test_unknown_resources_are_not_found(client: httpx.Client, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, response.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/sobjects/Account/001000000000001AAA", "HEAD,GET,PATCH,DELETE"),
        ("DELETE", "/sobjects/Account", "HEAD,GET,POST"),
        ("POST", "/sobjects", "HEAD,GET"),
        ("POST", "/limits", "HEAD,GET"),
        ("PATCH", "/sobjects/Account/describe", "HEAD,GET"),
    ],
)
def test_a_wrong_method_gets_the_allowed_ones(
    client: httpx.Client, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)

    assert (response.status_code, response.headers["Allow"]) == (405, allowed)
    message = f"HTTP Method '{method}' not allowed. Allowed are {allowed}"
    assert response.text == json.dumps(
        [{"errorCode": "METHOD_NOT_ALLOWED", "message": message}], separators=(",", ":")
    )


MISPLACED = "Unexpected character ('{}' (code {})): "
MISFIT = "Cannot deserialize instance of {} or request may be missing a required field"


@pytest.mark.parametrize(
    ("content", "message", "line", "column"),
    [
        (
            "{}}",
            MISPLACED.format("}", 125) + "expected a valid value (JSON String, Number, Array,"
            " Object or token 'null', 'true' or 'false')",
            1,
            3,
        ),
        (
            "{Name}",
            MISPLACED.format("N", 78) + "was expecting double-quote to start field name",
            1,
            2,
        ),
        (
            '{"Name" "A"}',
            MISPLACED.format('"', 34) + "was expecting a colon to separate field name and value",
            1,
            9,
        ),
        ('{"Name":', "Unexpected end-of-input", 1, 9),
        ("[]", MISFIT.format("sobject from START_ARRAY value ["), 1, 1),
        ('{"AnnualRevenue": NaN}', "Non-standard token 'NaN'", 1, 1),
        (
            '{"Name": "A",\n "NumberOfEmployees": "x"}',
            MISFIT.format("int from VALUE_STRING value x"),
            2,
            23,
        ),
    ],
)
def test_invalid_json_is_refused_with_its_position(
    client: httpx.Client, content: str, message: str, line: int, column: int
) -> None:
    response = client.post("/sobjects/Account", content=content)

    assert response.status_code == 400
    assert response.json() == [
        {
            "message": f"{message} at [line:{line}, column:{column}]",
            "errorCode": "JSON_PARSER_ERROR",
        }
    ]


def test_a_body_is_required(client: httpx.Client) -> None:
    response = client.post("/sobjects/Account")

    assert response.json()[0]["message"] == (
        "The HTTP entity body is required, but this request has no entity body."
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain;charset=UTF-8"}, 415),
        ({"Content-Type": "application/xml"}, 501),
        ({"Content-Encoding": "br"}, 415),
        ({"Content-Encoding": "gzip"}, 400),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 400),
    ],
)
def test_a_body_of_another_kind_is_refused(
    client: httpx.Client, headers: dict[str, str], status: int
) -> None:
    response = client.post("/sobjects/Account", content=b'{"Name":"A"}', headers=headers)

    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/json;charset=UTF-8"


def test_refuses_to_answer_in_xml(client: httpx.Client) -> None:
    response = client.get("/limits", headers={"Accept": "application/xml"})

    assert (response.status_code, response.json()[0]["errorCode"]) == (501, "NOT_IMPLEMENTED")


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_a_body_may_come_compressed(client: httpx.Client, encoding: str, pack: Any) -> None:
    response = client.post(
        "/sobjects/Account",
        content=pack(b'{"Name":"Packed"}'),
        headers={"Content-Encoding": encoding, "Content-Type": "application/json; charset=utf-8"},
    )

    assert response.status_code == 201


def test_too_long_a_uri_and_too_much_of_a_head_are_refused(client: httpx.Client) -> None:
    assert client.get("/limits", params={"x": "y" * 16_384}).status_code == 414
    assert client.get("/limits", headers={"X-Long": "y" * 16_384}).status_code == 431


def test_counts_every_call_until_none_is_left(client: httpx.Client, org: Org) -> None:
    org.limits.api_max = 3

    message = [client.get(path).headers["Sforce-Limit-Info"] for path in ("/limits", "/nope")]
    client.delete("/sobjects/Account/001000000000001AAA")
    refused = client.get("/limits")

    assert message == ["api-usage=1/3", "api-usage=2/3"]
    assert (refused.status_code, refused.json()) == (
        403,
        [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}],
    )
    assert refused.headers["Sforce-Limit-Info"] == "api-usage=3/3"


def test_counts_anew_the_next_day(org: Org, clock: Clock) -> None:
    org.limits.count("automation")
    clock.advance(timedelta(days=1))
    org.limits.count()

    assert org.limits.header == "api-usage=1/15000"


def test_an_error_that_no_rule_foresaw_is_salesforces_own(org: Org, token: str) -> None:
    async def broken(_: Request) -> None:
        raise ZeroDivisionError

    app = create_app(org)
    app.router.routes.insert(0, Route("/services/data/{version}/limits", broken))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url=f"https://{org.host}") as client:
            return await client.get(
                "/services/data/v68.0/limits", headers={"Authorization": f"Bearer {token}"}
            )

    response = asyncio.run(ask())

    assert response.status_code == 500
    (error,) = response.json()
    assert error["errorCode"] == "UNKNOWN_EXCEPTION"
    assert error["message"].startswith("An unexpected error occurred. Please include this ErrorId")


def test_the_version_list_is_open_and_not_counted(anonymous: httpx.Client, org: Org) -> None:
    response = anonymous.get("/services/data/")

    entries = response.json()
    assert entries[0] == {"label": "Summer '14", "url": "/services/data/v31.0", "version": "31.0"}
    assert entries[-1] == {"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"}
    assert "Sforce-Limit-Info" not in response.headers
    assert org.limits.api_used == 0


@pytest.mark.parametrize(
    ("number", "name"), [(31, "Summer '14"), (62, "Winter '25"), (64, "Summer '25")]
)
def test_versions_have_their_release_names(number: int, name: str) -> None:
    assert label(number) == name


def test_a_version_lists_its_resources(client: httpx.Client, org: Org) -> None:
    """Each is served, or refused by name; of `jobs` only what is below it is documented."""
    entries = client.get("/").json()
    assert client.get(f"https://{org.host}{entries.pop('jobs')}/ingest").status_code == 200

    identity = entries.pop("identity")
    assert identity == f"https://login.salesforce.com/id/{org.org_id}/{org.admin_id}"
    assert {"sobjects", "limits", "recent", "query", "queryAll"} <= set(entries)
    for path in entries.values():
        assert client.get(f"https://{org.host}{path}").status_code in {200, 400, 501}


def test_answers_have_the_headers_that_orgs_send(client: httpx.Client) -> None:
    headers = client.get("/limits").headers

    assert headers["Server"] == "sfdcedge"
    assert headers["Content-Type"] == "application/json;charset=UTF-8"
    assert headers["Cache-Control"] == "no-cache,must-revalidate,max-age=0,no-store,private"
    assert headers["x-request-id"] == headers["x-sfdc-request-id"]
    assert len(headers["x-request-id"]) == 32
    assert "CookieConsentPolicy" in headers["Set-Cookie"]


def test_packs_large_answers_for_who_asks(client: httpx.Client) -> None:
    packed = client.get("/sobjects")
    plain = client.get("/sobjects", headers={"Accept-Encoding": "identity"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_paths_are_read_in_any_case_and_with_a_slash_at_the_end(client: httpx.Client) -> None:
    plain = client.get("/sobjects/Account/describe").json()

    assert client.get("/SObjects/ACCOUNT/Describe/").json() == plain
    assert client.get("/Limits/RecordCount/").status_code == 200


def test_pretty_print_header_indents(client: httpx.Client) -> None:
    response = client.get("/recent", headers={"X-PrettyPrint": "1"})
    errors = client.get("/nope", headers={"X-PrettyPrint": "1"})

    assert response.text == "[]"
    assert (
        '"errorCode" : "NOT_FOUND"'
        in client.get("/sobjects/Nope", headers={"X-PrettyPrint": "1"}).text
    )
    assert errors.json() == NOT_FOUND
