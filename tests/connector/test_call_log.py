"""What is logged of calls, retries and refreshes: no data, no secret, nothing by default."""

import logging
import subprocess
import sys

import pytest
from connector.acme_connection import AcmeConnection
from connector.client_drivers import send
from connector.conftest import Connect
from connector.scripted_org import TokenOrg, answer, error, saying

from salesforce_connector.flow import Call
from salesforce_connector.http.call_log import path_without_values
from salesforce_connector.http.result import Result


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/sobjects/Account/001000000000001", "/sobjects/Account/*"),
        ("/sobjects/Invoice__c/Ext__c/Jane%20Doe", "/sobjects/Invoice__c/*/*"),
        ("/sobjects/Account/describe", "/sobjects/Account/describe"),
        ("/services/data/v68.0/query/01g-2000?x=secret", "/services/data/v68.0/query/*"),
        ("/jobs/ingest/750/batches", "/jobs/ingest/*/*"),
        ("/services/apexrest/patients/Jane", "/services/apexrest/*/*"),
        ("/sobjects/Account/Name/Acme/Contacts", "/sobjects/Account/*/*/*"),
    ],
)
def test_a_path_is_logged_without_values(path: str, logged: str) -> None:
    assert path_without_values(path) == logged


def test_one_record_for_each_call_with_what_support_asks_for(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    org = saying(answer(201, {"id": "1", "Name": "Jane Doe"}, X_SFDC_Request_Id="abc123"))
    stored = AcmeConnection()
    call = Call("POST", "/sobjects/Account", json={"Name": "Jane Doe"})
    with caplog.at_level(logging.INFO, "salesforce_connector"):
        send(connect(stored, org), call, Result(run_id="run-7"))

    [record] = caplog.records
    fields = vars(record)["salesforce"]
    assert record.name == "salesforce_connector.calls"
    assert (fields["method"], fields["path"], fields["status"]) == (
        "POST",
        "/sobjects/Account",
        201,
    )
    assert (fields["request_id"], fields["attempt"], fields["run"]) == ("abc123", 1, "run-7")
    assert fields["connection"] == stored.id
    assert fields["seconds"] >= 0
    assert "Jane" not in record.getMessage()


def test_retries_and_refreshes_are_logged_and_no_token_is(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    org = TokenOrg()
    org.end_session()
    with caplog.at_level(logging.INFO, "salesforce_connector"):
        send(connect(AcmeConnection(), org), Call("GET", "/limits"))
        send(
            connect(AcmeConnection(), saying(error(400, "UNABLE_TO_LOCK_ROW"), answer(204))),
            Call("DELETE", "/sobjects/Account/001000000000001"),
        )

    names = [record.name.rpartition(".")[2] for record in caplog.records]
    assert names == ["calls", "refreshes", "calls", "calls", "retries", "calls"]
    text = caplog.text + str([vars(record) for record in caplog.records])
    for secret in ("ACCESS-1", "ACCESS-2", "REFRESH", "CONSUMER-SECRET"):
        assert secret not in text


@pytest.mark.slow
def test_a_host_without_logging_sees_nothing() -> None:
    """Python prints records of WARNING and above that nobody handles."""
    script = (
        "import logging\n"
        "from salesforce_connector.http import call_log\n"
        "logging.getLogger('salesforce_connector.retries').warning('to nobody')\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "")
