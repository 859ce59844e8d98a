"""A connection that signs in with a private key, and what it is told when the app does not fit."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from memory_connection import MemoryConnection
from rsa_keys import KEY, OTHER_KEY

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import ConnectorError
from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org


def certificate(key: RSAPrivateKey) -> str:
    data = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return data.decode()


def robot_of(org: Org, **switches: Any) -> MemoryConnection:
    """A connection to an app that takes this key, for the user `sales`."""
    identity = identity_of(org)
    who = next(login.username for login in identity.logins if login.username.startswith("sales"))
    app = identity.apps.change(
        "platform",
        **{
            "flows": frozenset({"jwt_bearer"}),
            "certificate": certificate(KEY),
            "permitted_users": "admin_approved",
            "approved_users": frozenset({who}),
            **switches,
        },
    )
    pem = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    settings = {
        "my_domain_url": f"https://{org.host}",
        "consumer_key": app.consumer_key,
        "username": who,
        "private_key": pem.replace("\n", " "),
    }
    return MemoryConnection("jwt_bearer", settings)


def read(connector: SalesforceConnector, connection: MemoryConnection) -> Any:
    return connector.run_action("salesforce", "get_limits", connection, {}, {})


@pytest.mark.parametrize(
    ("switches", "settings", "cause", "place"),
    [
        (
            {"certificate": certificate(OTHER_KEY)},
            {},
            "does not accept the signature",
            "certificate",
        ),
        ({"flows": frozenset()}, {}, "does not accept the signature", "JWT Bearer Flow"),
        ({}, {"username": "nobody@acme.example"}, "no user of this name", "Setup > Users"),
        ({}, {"consumer_key": "3MVG9x"}, "does not know the consumer key", "Check the key"),
        ({"approved_users": frozenset()}, {}, "an administrator has approved", "Policies"),
        ({"permitted_users": "all"}, {}, "has not approved the app", "Pre-authorize"),
    ],
)
def test_a_refusal_reports_what_to_change(
    connector: SalesforceConnector,
    local_org: Org,
    switches: dict[str, Any],
    settings: dict[str, str],
    cause: str,
    place: str,
) -> None:
    connection = robot_of(local_org, **switches)
    connection.settings.update(settings)

    with pytest.raises(ConnectorError) as raised:
        read(connector, connection)

    assert cause in raised.value.message
    assert place in raised.value.remedy


def test_works_and_signs_in_again_after_the_session(
    connector: SalesforceConnector, local_org: Org
) -> None:
    connection = robot_of(local_org)
    assert read(connector, connection)["output"]

    identity = identity_of(local_org)
    for session in range(1, 10):
        identity.sessions.end(session)
    assert read(connector, connection)["output"]

    assert len(connection.saved) == 2
    assert "refresh_token" not in connection.credentials


def test_a_wrong_clock_is_reported(connector: SalesforceConnector, local_org: Org) -> None:
    connection = robot_of(local_org)
    local_org.clock.advance(timedelta(minutes=10))

    with pytest.raises(ConnectorError, match="clock"):
        read(connector, connection)


def test_test_connection_knows_the_method(connector: SalesforceConnector, local_org: Org) -> None:
    report = connector.test_connection("salesforce", robot_of(local_org))

    assert report is not None
    assert report["ok"] is True
