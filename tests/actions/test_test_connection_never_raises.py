"""Whatever goes wrong in a connection test is a check of its report."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from connector.scripted_org import ScriptedOrg, TokenOrg

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.connection_test import STEPS


class NoCredentials(AcmeConnection):
    def __init__(self, credentials: Any) -> None:
        super().__init__()
        self._broken = credentials

    @property
    def credentials(self) -> Any:
        if isinstance(self._broken, Exception):
            raise self._broken
        return self._broken


class NoLock(AcmeConnection):
    def lock(self) -> AbstractContextManager[object]:
        raise AttributeError("lock")


class CannotSave(AcmeConnection):
    def save(self, credentials: Mapping[str, Any]) -> None:
        raise OSError(f"disk full while writing {credentials}")


BROKEN = {
    "credentials that are a text": NoCredentials("ACCESS-1"),
    "credentials that are a number": NoCredentials(5),
    "credentials that cannot be read": NoCredentials(OSError("ACCESS-1 is gone")),
    "no lock": NoLock({**SIGNED_IN, "access_token": None}),
    "a store that cannot save": CannotSave({**SIGNED_IN, "access_token": None}),
    "no such method": AcmeConnection(method="password"),
    "settings of another method": AcmeConnection(method="jwt_bearer"),
    "settings that are not valid": AcmeConnection(settings={"my_domain_url": "evil.example"}),
}


@pytest.mark.parametrize("connection", BROKEN.values(), ids=BROKEN)
def test_a_broken_connection_gives_a_report_of_all_steps(connection: AcmeConnection) -> None:
    report = SalesforceConnector(TokenOrg()).test_connection("salesforce", connection)

    assert report is not None
    assert report["ok"] is False
    assert [check["id"] for check in report["checks"]] == [*STEPS]
    assert [check["status"] for check in report["checks"]].count("failed") == 1
    assert "ACCESS-1" not in str(report)
    failed = next(check for check in report["checks"] if check["status"] == "failed")
    assert failed["message"]
    assert failed["remedy"]


def test_credentials_that_are_none_are_those_of_a_new_connection() -> None:
    class NoneYet(AcmeConnection):
        @property
        def credentials(self) -> Any:
            return None

    org = TokenOrg()
    connection = NoneYet(method="client_credentials")

    result = SalesforceConnector(org).run_action("salesforce", "get_limits", connection, {}, None)

    assert result is not None
    assert [form["grant_type"] for form in org.token_requests] == ["client_credentials"]


def test_a_transport_that_breaks_is_a_check_too() -> None:
    def script(_: object) -> Any:
        raise ZeroDivisionError

    report = SalesforceConnector(ScriptedOrg(script)).test_connection(
        "salesforce", AcmeConnection()
    )

    assert report is not None
    assert report["ok"] is False
