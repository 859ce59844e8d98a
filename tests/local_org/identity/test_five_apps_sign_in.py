"""Five products sign in, each by its documented method only."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from local_org.identity.products import (
    CALLBACK,
    LOGIN,
    MY_DOMAIN,
    SALES,
    Product,
    refused,
)

from salesforce_emulator.identity import authenticate, identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport

Make = Callable[..., Product]

WITH_BROWSER = ["helpdesk", "automation", "sync", "platform", "crm-sync"]


@pytest.mark.parametrize("name", WITH_BROWSER)
def test_signs_a_person_in_and_renews(product: Make, org: Org, name: str) -> None:
    app = product(name)
    response = app.sign_in(SALES)
    caller = authenticate(org, f"Bearer {response['access_token']}")
    assert (caller.username, caller.app_name) == (SALES[0], name)
    renewed = app.refresh(response["refresh_token"])
    assert renewed.status_code == 200
    again = authenticate(org, f"Bearer {renewed.json()['access_token']}")
    assert again.user_id == caller.user_id
    assert again.session_id != caller.session_id


@pytest.mark.parametrize("name", WITH_BROWSER)
def test_answers_with_salesforces_members_in_order(product: Make, org: Org, name: str) -> None:
    response = product(name).sign_in()
    assert list(response) == [
        "access_token",
        "refresh_token",
        "signature",
        "scope",
        "instance_url",
        "id",
        "token_type",
        "issued_at",
    ]
    assert re.fullmatch(r"00D\w{12}!AQ[.\w]{94}", response["access_token"])
    assert response["access_token"].startswith(org.org_id[:15])
    assert re.fullmatch(r"5Aep861[.\w]+==", response["refresh_token"])
    assert response["instance_url"] == MY_DOMAIN
    assert response["id"] == f"{LOGIN}/id/{org.org_id}/{org.admin_id}"
    assert response["issued_at"] == "1795348800000"


def test_acts_as_the_run_as_user_by_client_credentials(product: Make, org: Org) -> None:
    response = product("automation").token(grant_type="client_credentials")
    reply = response.json()
    assert list(reply) == [
        "access_token",
        "signature",
        "scope",
        "instance_url",
        "id",
        "token_type",
        "issued_at",
    ]
    assert response.headers["content-type"] == "application/json;charset=UTF-8"
    assert response.headers["cache-control"] == "no-cache, no-store"
    caller = authenticate(org, f"Bearer {reply['access_token']}")
    assert caller.username == "integration@local-org.example"
    assert reply["scope"] == "api"


def test_basic_credentials_are_accepted(product: Make, browser: httpx.Client) -> None:
    app = product("automation").app
    response = browser.post(
        f"{MY_DOMAIN}/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(app.consumer_key, app.consumer_secret or ""),
    )
    assert response.status_code == 200


def test_signs_with_the_consumer_secret(product: Make) -> None:
    """The signature is HMAC-SHA256 over the identity URL and the time, nothing in between."""
    app = product("helpdesk")
    response = app.sign_in()
    message = f"{response['id']}{response['issued_at']}".encode()
    key = (app.app.consumer_secret or "").encode()
    expected = base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()
    assert response["signature"] == expected


@pytest.mark.parametrize(
    ("name", "left_out", "description"),
    [
        ("helpdesk", "client_secret", ("invalid_client", "invalid client credentials")),
        ("sync", "client_secret", ("invalid_client", "invalid client credentials")),
        ("platform", "client_secret", ("invalid_client", "invalid client credentials")),
        ("crm-sync", "code_verifier", ("invalid_grant", "invalid code verifier")),
    ],
)
def test_refuses_an_exchange_that_lacks(
    product: Make, name: str, left_out: str, description: tuple[str, str]
) -> None:
    app = product(name)
    response = app.exchange(app.consent()["code"], **{left_out: None})
    assert refused(response) == (400, *description)


@pytest.mark.parametrize("name", ["helpdesk", "automation", "sync", "platform"])
def test_refuses_to_renew_without_the_secret(product: Make, name: str) -> None:
    app = product(name)
    response = app.refresh(app.sign_in()["refresh_token"], client_secret=None)
    assert refused(response) == (400, "invalid_client", "invalid client credentials")


@pytest.mark.parametrize("flow", ["exchange", "refresh"])
def test_refuses_a_secret_where_none_may_be(product: Make, flow: str) -> None:
    """An app used without a secret has none that could be right."""
    app = product("crm-sync")
    if flow == "exchange":
        response = app.exchange(app.consent()["code"], client_secret="made-up")
    else:
        response = app.refresh(app.sign_in()["refresh_token"], client_secret="made-up")
    assert refused(response) == (400, "invalid_client", "invalid client credentials")


def test_refuses_a_wrong_secret_that_was_not_needed(product: Make) -> None:
    app = product("sync", require_secret_web_server=False)
    code = app.consent()["code"]
    wrong = app.exchange(code, client_secret="wrong")
    assert refused(wrong) == (400, "invalid_client", "invalid client credentials")
    assert app.exchange(code, client_secret=None).status_code == 200


def test_sends_crm_sync_back_when_the_challenge_is_missing(product: Make) -> None:
    assert product("crm-sync").consent(code_challenge=None) == {
        "error": "invalid_request",
        "error_description": "missing required code challenge",
        "state": "s t&a=te",
    }


@pytest.mark.parametrize("name", ["helpdesk", "sync", "platform"])
def test_pkce_is_accepted_from_apps_that_do_not_require_it(product: Make, name: str) -> None:
    app = product(name, require_pkce=True)
    assert app.sign_in(code_challenge_method="S256")["token_type"] == "Bearer"


def test_one_platform_app_signs_in_to_many_orgs(clock: Clock) -> None:
    """The same app in two orgs: a token of one is no token of the other."""
    with (
        open_org(clock=clock, seed=1) as first,
        open_org(clock=clock, seed=2, my_domain="acme") as second,
    ):
        answers = {}
        for org in (first, second):
            app = identity_of(org).apps["platform"]
            with httpx.Client(transport=OrgTransport(org)) as client:
                person = (f"admin@{org.my_domain}.example", "admin-local-1")
                answers[org] = Product(app, client, f"https://{org.host}").sign_in(person)
        assert answers[second]["instance_url"] == "https://acme.my.salesforce.com"
        for org in (first, second):
            authenticate(org, f"Bearer {answers[org]['access_token']}")
        with pytest.raises(Exception, match="INVALID_SESSION_ID"):
            authenticate(first, f"Bearer {answers[second]['access_token']}")


def test_keys_and_secrets_are_the_same_for_the_same_seed(clock: Clock) -> None:
    with open_org(clock=clock, seed=7) as first, open_org(clock=clock, seed=7) as again:
        assert list(identity_of(first).apps) == list(identity_of(again).apps)
    with open_org(clock=clock, seed=8) as other:
        keys = {app.consumer_key for app in identity_of(first).apps}
        assert keys.isdisjoint(app.consumer_key for app in identity_of(other).apps)


def test_an_org_in_a_file_knows_its_tokens_after_a_restart(clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "org.db"
    with open_org(clock=clock, data=path) as org, OrgTransport(org) as transport:
        app = Product(identity_of(org).apps["crm-sync"], httpx.Client(transport=transport))
        response = app.sign_in()
    with open_org(clock=clock, data=path) as org, OrgTransport(org) as transport:
        authenticate(org, f"Bearer {response['access_token']}")
        app = Product(identity_of(org).apps["crm-sync"], httpx.Client(transport=transport))
        assert app.refresh(response["refresh_token"]).status_code == 200


def test_shows_no_secret_in_a_repr(product: Make, org: Org) -> None:
    app = product("helpdesk")
    response = app.sign_in()
    displayed = repr([app.app, authenticate(org, f"Bearer {response['access_token']}")])
    displayed += repr(list(identity_of(org).logins))
    assert app.credentials["client_secret"] not in displayed
    assert response["access_token"] not in displayed
    assert "admin-local-1" not in displayed


def test_login_host_returns_the_my_domain_as_instance_url(product: Make) -> None:
    app = product("helpdesk", base=LOGIN)
    assert app.sign_in()["instance_url"] == MY_DOMAIN


def test_localhost_is_the_login_host_on_loopback(product: Make) -> None:
    app = product("platform", base="http://localhost:8123")
    response = app.sign_in()
    assert response["instance_url"] == "http://127.0.0.1:8123"
    refusal = product("automation", base="http://localhost:8123").token(
        grant_type="client_credentials"
    )
    assert refused(refusal) == (400, "invalid_grant", "request not supported on this domain")


def test_callback_is_the_one_the_command_line_listens_on(product: Make) -> None:
    for name in WITH_BROWSER:
        assert CALLBACK in product(name).app.callback_urls
