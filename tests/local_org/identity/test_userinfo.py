"""The identity URL, userinfo, id tokens, the key set, discovery."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256
from local_org.identity.products import ADMIN, LOGIN, MY_DOMAIN, SALES, Product

from salesforce_emulator.identity import Identity
from salesforce_emulator.identity.claims import utc_offset
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org

Make = Callable[..., Product]

USERINFO = f"{MY_DOMAIN}/services/oauth2/userinfo"


def bearer(answer: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer['access_token']}"}


def test_identity_url_returns_the_user(product: Make, browser: httpx.Client, org: Org) -> None:
    response = product("platform").sign_in()
    body = browser.get(response["id"], headers=bearer(response)).json()
    assert list(body) == [
        "id",
        "asserted_user",
        "user_id",
        "organization_id",
        "username",
        "nick_name",
        "display_name",
        "email",
        "email_verified",
        "first_name",
        "last_name",
        "timezone",
        "photos",
        "addr_street",
        "addr_city",
        "addr_state",
        "addr_country",
        "addr_zip",
        "mobile_phone",
        "mobile_phone_verified",
        "is_lightning_login_user",
        "status",
        "urls",
        "active",
        "user_type",
        "language",
        "locale",
        "utcOffset",
        "last_modified_date",
        "is_app_installed",
    ]
    assert body["id"] == response["id"]
    assert (body["username"], body["organization_id"]) == (ADMIN[0], org.org_id)
    assert body["urls"]["rest"] == f"{MY_DOMAIN}/services/data/v{{version}}/"
    assert body["urls"]["partner"] == f"{MY_DOMAIN}/services/Soap/u/{{version}}/{org.org_id[:15]}"
    assert body["user_type"] == "STANDARD"
    assert body["utcOffset"] == -28_800_000


@pytest.mark.parametrize(("requested", "shown"), [("latest", "68.0"), ("60.0", "60.0")])
def test_identity_urls_contain_the_requested_version(
    product: Make, browser: httpx.Client, requested: str, shown: str
) -> None:
    response = product("platform").sign_in()
    body = browser.get(
        response["id"], params={"version": requested}, headers=bearer(response)
    ).json()
    assert body["urls"]["rest"] == f"{MY_DOMAIN}/services/data/v{shown}/"


def test_oauth_token_in_the_query_is_accepted_as_jsforce_sends_it(
    product: Make, browser: httpx.Client
) -> None:
    response = product("platform").sign_in()
    query = {"format": "json", "oauth_token": response["access_token"]}
    assert browser.get(response["id"], params=query).json()["username"] == ADMIN[0]


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("{org}/{user}", 403, "Missing_OAuth_Token"),
        ("00D000000000001EAA/{user}", 403, "Wrong_Org"),
        ("{org}/nonsense", 404, "Bad_Id"),
        ("{org}/005000000000001AAA", 403, "Bad_Id"),
    ],
)
def test_answers_one_word_to(
    product: Make, browser: httpx.Client, org: Org, path: str, status: int, word: str
) -> None:
    response = product("platform").sign_in()
    url = f"{LOGIN}/id/{path.format(org=org.org_id, user=org.admin_id)}"
    headers = {} if word == "Missing_OAuth_Token" else bearer(response)
    reply = browser.get(url, headers=headers)
    assert (reply.status_code, reply.text) == (status, word)


@pytest.mark.parametrize("path", ["id", "userinfo"])
def test_answers_403_bad_oauth_token(
    product: Make, browser: httpx.Client, identity: Identity, clock: Clock, path: str
) -> None:
    """For no token, one without a scope for it, one that expired, one of a frozen user."""
    response = product("platform").sign_in(SALES)
    without = product("automation").sign_in(SALES)
    url = response["id"] if path == "id" else USERINFO
    assert browser.get(url, headers=bearer(response)).status_code == 200

    def word(headers: dict[str, str]) -> tuple[int, str]:
        reply = browser.get(url, headers=headers)
        return reply.status_code, reply.text

    assert word({"Authorization": "Bearer 00Dno"}) == (403, "Bad_OAuth_Token")
    assert word(bearer(without)) == (403, "Bad_OAuth_Token")
    frozen = product("platform").sign_in(SALES)
    identity.logins.change(SALES[0], frozen=True)
    assert word(bearer(frozen)) == (403, "Bad_OAuth_Token")
    identity.logins.change(SALES[0], frozen=False)
    clock.advance(timedelta(hours=2))
    assert word(bearer(response)) == (403, "Bad_OAuth_Token")


def test_userinfo_has_the_claims_of_openid_connect(
    product: Make, browser: httpx.Client, org: Org
) -> None:
    org.db.execute('UPDATE "User" SET "City" = ? WHERE "Id" = ?', ("Łódź", org.admin_id))
    response = product("platform").sign_in()
    reply = browser.get(USERINFO, headers=bearer(response))
    body = reply.json()
    assert reply.headers["content-type"] == "application/json;charset=UTF-8"
    assert body["sub"] == response["id"]
    assert body["preferred_username"] == ADMIN[0]
    assert body["address"]["locality"] == "Łódź"
    assert body["updated_at"] == "2026-11-22T12:00:00Z"
    assert body["photos"]["picture"] == body["picture"]


def unpacked(part: str) -> Any:
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_an_id_token_is_signed_by_a_published_key(
    product: Make, browser: httpx.Client, clock: Clock
) -> None:
    """Checked with cryptography alone, from the published numbers."""
    app = product("platform", scopes=("openid", "api", "refresh_token"))
    response = app.sign_in(nonce="n-1")
    head, claims, signature = response["id_token"].split(".")
    configuration = browser.get(f"{MY_DOMAIN}/.well-known/openid-configuration").json()
    (key,) = browser.get(configuration["jwks_uri"]).json()["keys"]
    assert unpacked(head) == {"alg": "RS256", "kid": key["kid"]}

    def number(name: str) -> int:
        return int.from_bytes(urlsafe_b64decode(key[name] + "=="), "big")

    public = RSAPublicNumbers(number("e"), number("n")).public_key()
    public.verify(
        urlsafe_b64decode(signature + "=="), f"{head}.{claims}".encode(), PKCS1v15(), SHA256()
    )
    half = hashlib.sha256(response["access_token"].encode()).digest()[:16]
    now = int(clock.now().timestamp())
    assert unpacked(claims) == {
        "at_hash": urlsafe_b64encode(half).rstrip(b"=").decode(),
        "sub": response["id"],
        "aud": app.app.consumer_key,
        "iss": configuration["issuer"],
        "exp": now + 120,
        "iat": now,
        "nonce": "n-1",
    }
    renewed = app.refresh(response["refresh_token"]).json()
    assert "nonce" not in unpacked(renewed["id_token"].split(".")[1])


def test_discovery_lists_existing_endpoints(browser: httpx.Client) -> None:
    body = browser.get(f"{LOGIN}/.well-known/openid-configuration").json()
    assert body["issuer"] == LOGIN
    for name in ("authorization", "token", "revocation", "userinfo", "introspection"):
        response = browser.get(body[f"{name}_endpoint"])
        assert response.status_code in (400, 403), name


def test_my_domain_has_an_auth_configuration(browser: httpx.Client, org: Org) -> None:
    body = browser.get(f"{MY_DOMAIN}/.well-known/auth-configuration").json()
    assert body["OrgId"] == org.org_id
    assert browser.get(f"{LOGIN}/.well-known/auth-configuration").status_code == 404


def test_the_signing_key_stays(identity: Identity, org: Org) -> None:
    first = identity.keys.published()
    assert Identity(org).keys.published() == first


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("America/Los_Angeles", -8), ("Europe/Berlin", 1), ("Asia/Kolkata", 5.5), ("UTC", 0)],
)
def test_utc_offset_leaves_summer_time_out(zone: str, hours: float) -> None:
    assert utc_offset(zone) == hours * 3_600_000
