"""Signing in with a private key: keys as people paste them, and what is signed."""

import base64
import json
import textwrap
from typing import Any

import httpx
import pytest
from connector.acme_connection import SETTINGS
from connector.client_drivers import send
from connector.conftest import Connect
from connector.method_connections import connection_of
from connector.scripted_org import (
    TOKEN_PATH,
    ScriptedOrg,
    answer,
    bearer,
    expired,
    form,
    refused,
)
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from rsa_keys import KEY

from salesforce_connector.auth import jwt_bearer, read_settings
from salesforce_connector.auth.jwt_bearer import Settings
from salesforce_connector.auth.private_key import repair
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.errors import Forbidden, Rejected
from salesforce_connector.flow import Call


def pem(
    key: Any = KEY, style: PrivateFormat = PrivateFormat.PKCS8, passphrase: bytes | None = None
) -> str:
    sealing = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return str(key.private_bytes(Encoding.PEM, style, sealing).decode())


def der(key: Any = KEY, style: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    return bytes(key.private_bytes(Encoding.DER, style, NoEncryption()))


CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def settings(key: str, **more: Any) -> Settings:
    key_text = {
        "my_domain_url": SETTINGS["my_domain_url"],
        "consumer_key": SETTINGS["consumer_key"],
        "username": "integration@acme.com",
        "private_key": key,
    }
    _, secrets = read_settings("jwt_bearer", {**key_text, **more})
    assert isinstance(secrets, Settings)
    return secrets


REFUSED = {
    "nothing of the kind": "my key",
    "a certificate": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "the public key": KEY.public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode(),
    "a key with a passphrase": pem(passphrase=b"PASSPHRASE"),
    "a key with a passphrase, of old": pem(
        style=PrivateFormat.TraditionalOpenSSL, passphrase=b"PASSPHRASE"
    ),
    "a key of OpenSSH's": pem().replace(" PRIVATE", " OPENSSH PRIVATE"),
    "half a key": pem()[:200],
    "base64 of nothing like a key": base64.b64encode(b"MII no key at all" * 9).decode(),
    "half of the base64 of a key": base64.b64encode(der()).decode()[:400],
    "a key with a letter gone": pem().replace("A", "", 1),
    "an EC key": pem(ec.generate_private_key(ec.SECP256R1())),
    "a key that is too small": pem(rsa.generate_private_key(65537, 1024)),  # noqa: S505
}


@pytest.mark.parametrize("key_text", REFUSED.values(), ids=REFUSED)
def test_an_unusable_private_key_is_refused_with_the_settings(key_text: str) -> None:
    """The message names no part of what was pasted."""
    with pytest.raises(Rejected) as raised:
        settings(key_text)

    assert raised.value.code == "INVALID_PRIVATE_KEY"
    assert raised.value.fields == ("private_key",)
    assert "openssl" in raised.value.remedy or "Copy all" in raised.value.remedy
    for line in filter(None, key_text.splitlines()[1:-1]):
        assert line[:16] not in str(raised.value)


DAMAGE = {
    "as it was": pem(),
    "in the older style": pem(style=PrivateFormat.TraditionalOpenSSL),
    "line breaks that became spaces": pem().replace("\n", " "),
    "line breaks that became a backslash and an n": pem().replace("\n", "\\n"),
    "line breaks of Windows that were written out": pem().replace("\n", "\\r\\n"),
    "line breaks of Windows": pem().replace("\n", "\r\n"),
    "no line breaks": pem().replace("\n", ""),
    "spaces before each line": textwrap.indent(pem(), "    "),
    "all of it in base64": base64.b64encode(pem().encode()).decode(),
    "all of it in base64, in lines": base64.encodebytes(pem().encode()).decode(),
    "quotes around it": f'"{pem()}"',
    "backticks around it": f"```\n{pem()}\n```",
    "a certificate before it": CERTIFICATE + pem(),
    "a certificate after it": pem() + CERTIFICATE,
    "what openssl pkcs12 -nodes writes": (
        f"Bag Attributes\n    localKeyID: 01\nsubject=CN = acme\n{CERTIFICATE}"
        f"Bag Attributes\n    friendlyName: acme\nKey Attributes: <No Attributes>\n{pem()}"
    ),
    "line breaks that were written out twice": pem().replace("\n", "\\\\n"),
    "a byte order mark before it": "\ufeff" + pem(),
    "a byte order mark inside base64": base64.b64encode(b"\xef\xbb\xbf" + pem().encode()).decode(),
    "zero-width spaces in it": pem().replace("A", "A\u200b", 3),
    "the base64 of its DER": base64.b64encode(der()).decode(),
    "the base64 of its DER, in lines": base64.encodebytes(der()).decode(),
    "the base64 of its DER, with line breaks written out": (
        base64.encodebytes(der()).decode().replace("\n", "\\n")
    ),
    "words before and after": f"key:\n{pem()}\nend",
    "hyphens that became dashes": pem().replace("-----", "\u2014\u2013-"),
    "a hyphen too few": pem().replace("-----", "----"),
    "spaces that do not break": pem().replace(" PRIVATE ", "\u00a0PRIVATE\u00a0"),
    "marks of quoting in an email": "".join(f"> {line}\n" for line in pem().splitlines()),
    "line ends of an email": pem().replace("\n", "=\n"),
    "the base64 of its DER for addresses": base64.urlsafe_b64encode(der()).decode().rstrip("="),
}


@pytest.mark.parametrize(
    ("key_text", "hint"),
    [
        (pem().replace("-----END PRIVATE KEY-----", ""), "last line"),
        (pem().replace("-----BEGIN PRIVATE KEY-----", ""), "first"),
        ("/home/acme/server.key", "name of a file"),
        (r"C:\\Users\\acme\\server.pem", "name of a file"),
    ],
)
def test_an_incomplete_key_is_reported(key_text: str, hint: str) -> None:
    with pytest.raises(Rejected, match=hint) as raised:
        settings(key_text)

    assert raised.value.fields == ("private_key",)


@pytest.mark.parametrize("key_text", DAMAGE.values(), ids=DAMAGE)
def test_changes_of_forms_to_a_key_are_repaired(key_text: str) -> None:
    whole = pem(style=PrivateFormat.TraditionalOpenSSL) if "RSA PRIVATE" in key_text else pem()

    assert repair(key_text) == whole
    assert settings(key_text).private_key.get_secret_value() == whole
    assert "PRIVATE" not in repr(settings(key_text))


@pytest.mark.parametrize("style", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_the_der_of_both_styles_is_read(style: PrivateFormat) -> None:
    read = settings(base64.b64encode(der(style=style)).decode()).private_key.get_secret_value()

    assert read == pem(style=style)


@pytest.mark.parametrize("style", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_an_encrypted_key_reports_how_to_decrypt_it(style: PrivateFormat) -> None:
    with pytest.raises(Rejected) as raised:
        settings(pem(style=style, passphrase=b"PASSPHRASE"))

    assert "passphrase" in raised.value.message
    assert "openssl pkey -in" in raised.value.remedy


def test_the_jwt_has_issuer_subject_audience_and_expiry() -> None:
    request = jwt_bearer.refresh_request(settings(pem()), Credentials())

    sent = form(request)
    assert sent["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert {*sent} == {"grant_type", "assertion"}
    head, claims, signature = (
        base64.urlsafe_b64decode(part + "==") for part in sent["assertion"].split(".")
    )
    assert json.loads(head) == {"alg": "RS256", "typ": "JWT"}
    read = json.loads(claims)
    assert (read["iss"], read["sub"]) == ("3MVG9-key", "integration@acme.com")
    signed = sent["assertion"].rpartition(".")[0].encode()
    KEY.public_key().verify(signature, signed, PKCS1v15(), SHA256())


@pytest.mark.parametrize(
    ("address", "audience"),
    [
        ("acme", "https://login.salesforce.com"),
        ("login.salesforce.com", "https://login.salesforce.com"),
        ("test.salesforce.com", "https://test.salesforce.com"),
        ("acme--dev", "https://test.salesforce.com"),
        ("fun-bear.scratch.my.salesforce.com", "https://test.salesforce.com"),
        ("acme-dev-ed.develop.my.salesforce.com", "https://login.salesforce.com"),
        ("sandbox", "https://test.salesforce.com"),
        ("acme--dev.my.salesforce.com", "https://test.salesforce.com"),
        ("acme.my.sfcrmproducts.cn", "https://login.sfcrmproducts.cn"),
        ("test.sfcrmproducts.cn", "https://test.sfcrmproducts.cn"),
    ],
)
def test_an_assertion_is_for_production_or_for_tests(address: str, audience: str) -> None:
    assert jwt_bearer.audience(settings(pem(), my_domain_url=address)) == audience


def test_a_local_orgs_assertion_is_for_itself() -> None:
    local = settings(pem(), my_domain_url="http://127.0.0.1:8800", local_org=True)

    assert jwt_bearer.audience(local) == "http://127.0.0.1:8800"


MY_DOMAIN = "https://acme.my.salesforce.com"
LOGIN = "https://login.salesforce.com"


@pytest.mark.parametrize(
    "refusal",
    [
        refused("invalid_grant", "audience is invalid"),
        refused("invalid_grant", "Audience validation failed"),
        refused("app_not_found", "External client app is not installed in this org"),
        refused("invalid_client", "External client app is not installed in this org"),
    ],
)
def test_a_refused_login_audience_is_retried_with_the_my_domain(
    connect: Connect, refusal: httpx.Response
) -> None:
    """The audience that was accepted is stored, and used first from then on."""
    audiences: list[str] = []

    def script(request: httpx.Request) -> httpx.Response:
        if request.url.path != TOKEN_PATH:
            return expired() if bearer(request) == "ACCESS-OLD" else answer(200, {})
        audiences.append(audience_of(request))
        good = {"access_token": f"ACCESS-{len(audiences)}"}
        return answer(200, good) if audiences[-1] == MY_DOMAIN else refusal

    connection = connection_of("jwt_bearer", {"access_token": "ACCESS-OLD"})
    org = ScriptedOrg(script)

    send(connect(connection, org), Call("GET", "/limits"))
    assert audiences == [LOGIN, MY_DOMAIN]

    connection.save({**connection.credentials, "access_token": "ACCESS-OLD"})
    send(connect(connection, org), Call("GET", "/limits"))
    assert audiences == [LOGIN, MY_DOMAIN, MY_DOMAIN]


def test_an_org_that_refuses_both_audiences_is_reported_once(connect: Connect) -> None:
    org = ScriptedOrg(lambda _: refused("invalid_grant", "audience is invalid"))

    with pytest.raises(Rejected) as raised:
        send(connect(connection_of("jwt_bearer", {}), org), Call("GET", "/limits"))

    assert [audience_of(request) for request in org.requests] == [LOGIN, MY_DOMAIN]
    assert "My Domain" in raised.value.remedy


def test_other_errors_do_not_retry_with_another_audience(connect: Connect) -> None:
    org = ScriptedOrg(lambda _: refused("invalid_grant", "user hasn't approved this consumer"))

    with pytest.raises(Forbidden):
        send(connect(connection_of("jwt_bearer", {}), org), Call("GET", "/limits"))

    assert len(org.requests) == 1


def audience_of(request: httpx.Request) -> str:
    claims = form(request)["assertion"].split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=="))["aud"])
