"""Which paths a builder may call."""

import httpx
import pytest

from salesforce_connector.errors import Rejected
from salesforce_connector.policy import open_resources


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/limits",
        "//evil.example/limits",
        "limits",
        "@evil.example/",
        "\\\\evil.example",
        "/services",
        "/services/",
        "/services/oauth2/token",
        "/services/OAuth2/revoke",
        "/services/%6fauth2/token",
        "/services/%256fauth2/token",
        "/services/Soap/u/68.0",
        "/services/data/../oauth2/token",
        "/services/data/%2e%2e/oauth2/token",
        "/services/data/..;x/oauth2/token",
        "/services/oauth2;x/revoke",
        "/services/oauth2%3bx/revoke",
        "/services/oauth2%253Bx/revoke",
        "/services;x/oauth2/revoke",
        "/;/services/oauth2/revoke",
        "/sobjects;jsessionid=1/Account",
        "/services/data%2f..%2foauth2%2ftoken",
        "/services//oauth2/token",
        "/query?q=SELECT Id FROM Account",
        "/limits#x",
        "/limits\r\nX-Evil: 1",
        "/a b",
    ],
)
def test_refuses_other_hosts_sign_in_and_ways_round(path: str) -> None:
    with pytest.raises(Rejected) as refused:
        open_resources.check_path(path)

    assert refused.value.code == "PATH_NOT_ALLOWED"


@pytest.mark.parametrize(
    "path",
    [
        "/limits",
        "/services/data",
        "/services/data/v68.0/sobjects/Account/External_Id__c/A%201%3F%2Fx",
        "/services/apexrest/orders/1.2..3",
        "/sobjects/oauth2",
    ],
)
def test_lets_the_rest_through_as_it_is(path: str) -> None:
    assert open_resources.check_path(path) == path


def test_refuses_another_method_by_parameter() -> None:
    with pytest.raises(Rejected, match="overridden"):
        open_resources.query_params({"_HttpMethod": "DELETE"}, "/sobjects/Account/001")


def test_writes_truth_values_as_salesforce_has_them() -> None:
    assert open_resources.query_params({"includeDetails": True, "limit": 5}, "/x") == {
        "includeDetails": "true",
        "limit": "5",
    }


@pytest.mark.parametrize(
    ("method", "path", "reads"),
    [
        ("GET", "/limits", True),
        ("POST", "/limits", False),
        ("GET", "/services/apexrest/orders", False),
        ("GET", "/tooling/executeAnonymous", False),
        ("GET", "/tooling/%65xecuteAnonymous/", False),
    ],
)
def test_knows_that_a_get_may_run_code(method: str, path: str, reads: bool) -> None:
    assert open_resources.is_read(method, path) is reads


@pytest.mark.parametrize(
    ("answer", "inputs"),
    [
        (httpx.Response(204), (None, "none")),
        (httpx.Response(200, json={"a": [1]}), ({"a": [1]}, "json")),
        (httpx.Response(200, text="hello"), ("hello", "text")),
        (
            httpx.Response(200, content=b"{", headers={"content-type": "application/json"}),
            ("{", "text"),
        ),
        (
            httpx.Response(200, content=b"\xff", headers={"content-type": "image/png"}),
            ("/w==", "base64"),
        ),
    ],
)
def test_returns_a_body_in_its_own_form(answer: httpx.Response, inputs: tuple[object, str]) -> None:
    assert open_resources.body(answer) == inputs
