"""JWT bearer, and client assertions in place of a secret."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.api_jws import PyJWS
from local_org.identity.products import MY_DOMAIN, SALES, Product, refused
from rsa_keys import KEY, OTHER_KEY

from salesforce_emulator.identity import Identity, authenticate
from salesforce_emulator.identity.clients import ASSERTION_TYPE
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org

Make = Callable[..., Product]
Sign = Callable[..., str]

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def pem(key: RSAPrivateKey) -> str:
    data = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return data.decode()


def sign_claims(claims: dict[str, Any], key: RSAPrivateKey) -> str:
    """Sign any claims, wrong ones too, which a library's `encode` refuses."""
    return PyJWS().encode(json.dumps(claims).encode(), key, "RS256")


@pytest.fixture
def robot(product: Make) -> Product:
    """An app set up for JWT bearer, for users the administrator approved."""
    return product(
        "platform",
        flows=frozenset({"authorization_code", "jwt_bearer"}),
        certificate=pem(KEY),
        permitted_users="admin_approved",
        approved_users=frozenset({SALES[0]}),
    )


@pytest.fixture
def sign(robot: Product, clock: Clock) -> Sign:
    """Sign an assertion as the robot does, some claims changed."""

    def signed(key: RSAPrivateKey = KEY, **changes: Any) -> str:
        claims = {
            "iss": robot.app.consumer_key,
            "sub": SALES[0],
            "aud": "https://login.salesforce.com",
            "exp": int(clock.now().timestamp()) + 180,
            **changes,
        }
        return sign_claims(claims, key)

    return signed


def ask(robot: Product, assertion: str) -> Any:
    form = {"grant_type": JWT_BEARER, "assertion": assertion}
    return robot.client.post(f"{MY_DOMAIN}/services/oauth2/token", data=form)


@pytest.mark.parametrize("audience", ["https://login.salesforce.com", MY_DOMAIN])
def test_signs_in_an_approved_user(robot: Product, sign: Sign, org: Org, audience: str) -> None:
    response = ask(robot, sign(aud=audience)).json()
    assert "refresh_token" not in response
    assert response["scope"] == "api id"
    assert authenticate(org, f"Bearer {response['access_token']}").username == SALES[0]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"iss": "3MVG9no"}, (400, "invalid_client_id", "client identifier invalid")),
        ({"iss": None}, (400, "invalid_client_id", "client identifier invalid")),
        ({"sub": "nobody@acme.example"}, (400, "invalid_grant", "user not found")),
        ({"sub": 5}, (400, "invalid_grant", "user not found")),
        (
            {"sub": "admin@local-org.example"},
            (400, "invalid_app_access", "user is not admin approved to access this app"),
        ),
        ({"aud": "https://evil.example"}, (400, "invalid_grant", "audience is invalid")),
        ({"aud": ["https://login.salesforce.com"]}, (400, "invalid_grant", "audience is invalid")),
        ({"exp": 1}, (400, "invalid_grant", "assertion expired")),
        ({"exp": 4_000_000_000}, (400, "invalid_grant", "invalid assertion")),
        ({"exp": None}, (400, "invalid_grant", "assertion expired")),
        ({"exp": float("nan")}, (400, "invalid_grant", "assertion expired")),
    ],
)
def test_refuses_claims_that_do_not_hold(
    robot: Product, sign: Sign, claims: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    assert refused(ask(robot, sign(**claims))) == expected


@pytest.mark.parametrize("assertion", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "é.é.é"])
def test_invalid_assertions_are_refused(robot: Product, assertion: str) -> None:
    assert refused(ask(robot, assertion)) == (400, "invalid_grant", "invalid assertion")


def test_refuses_another_key(robot: Product, sign: Sign) -> None:
    response = ask(robot, sign(OTHER_KEY))
    assert refused(response) == (400, "invalid_grant", "invalid assertion")


@pytest.mark.parametrize(
    "switches", [{"flows": frozenset({"authorization_code"})}, {"certificate": None}]
)
def test_refuses_an_app_that_is_not_set_up(
    robot: Product, sign: Sign, identity: Identity, switches: dict[str, Any]
) -> None:
    identity.apps.change("platform", **switches)
    assert refused(ask(robot, sign())) == (400, "invalid_grant", "invalid assertion")


def test_a_frozen_user_is_inactive(robot: Product, sign: Sign, identity: Identity) -> None:
    identity.logins.change(SALES[0], frozen=True)
    assert refused(ask(robot, sign())) == (400, "inactive_user", "user is inactive")


def test_self_authorizing_users_must_have_approved_the_app(
    robot: Product, sign: Sign, product: Make
) -> None:
    product("platform", permitted_users="all")
    response = ask(robot, sign())
    assert refused(response) == (400, "invalid_grant", "user hasn't approved this consumer")
    product("platform").sign_in(SALES, scope="api refresh_token")
    assert ask(robot, sign()).json()["scope"] == "api"


def test_a_client_assertion_replaces_the_secret(product: Make, clock: Clock, org: Org) -> None:
    app = product("automation", certificate=pem(KEY))
    exp = int(clock.now().timestamp()) + 60
    key = app.app.consumer_key
    url = f"{MY_DOMAIN}/services/oauth2/token"

    def attempt(signer: RSAPrivateKey, kind: str = ASSERTION_TYPE, **changes: Any) -> Any:
        claims = {"iss": key, "sub": key, "aud": url, "exp": exp, **changes}
        return app.token(
            grant_type="client_credentials",
            client_secret=None,
            client_assertion=sign_claims(claims, signer),
            client_assertion_type=kind,
        )

    response = attempt(KEY).json()
    assert authenticate(org, f"Bearer {response['access_token']}").app_name == "automation"
    wrong = (400, "invalid_client", "invalid client credentials")
    assert refused(attempt(OTHER_KEY)) == wrong
    assert refused(attempt(KEY, kind="saml")) == wrong
    assert refused(attempt(KEY, sub="someone")) == wrong
    assert refused(attempt(KEY, aud="https://evil.example")) == wrong
    assert refused(attempt(KEY, exp=1)) == wrong


def test_keys_that_salesforce_refuses_are_refused(product: Make) -> None:
    small = generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - to be refused
    curve = generate_ec_key(SECP256R1()).public_key()
    curve_pem = curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for text in (pem(small), curve_pem):
        with pytest.raises(ValueError, match="RSA key of 2048 bits"):
            product("platform", certificate=text)
    with pytest.raises(ValueError, match="PEM"):
        product("platform", certificate="no key")
