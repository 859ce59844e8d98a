"""Envelopes of the partner API: requests, errors and faults."""

import httpx
import pytest
from local_org.soap.partner import ENVELOPE, Partner

from salesforce_emulator.org.state import Org


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot be parsed"),
        (b"not XML", "cannot be parsed"),
        (b"<a/>", "No envelope of SOAP 1.1: a"),
        (ENVELOPE.format(header="", body="").encode(), "one operation"),
        (ENVELOPE.format(header="", body="<a/><b/>").encode(), "one operation"),
        (ENVELOPE.format(header="", body="<a>" * 60 + "</a>" * 60).encode(), "too deeply"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "document type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "document type"),
        (
            ENVELOPE.format(header="", body="<undelete><id/></undelete>").encode(),
            "Invalid Session ID",
        ),
    ],
)
def test_invalid_soap_messages_are_refused(partner: Partner, content: bytes, message: str) -> None:
    """No entity is expanded, and nothing is read from anywhere."""
    assert message in partner.fault(partner.post_raw(content))[1]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "<SessionHeader/>",
        "<SessionHeader><sessionId>nothing</sessionId></SessionHeader>",
        "<SessionHeader><sessionId>eyJ0.eyJz.c2ln</sessionId></SessionHeader>",
    ],
)
def test_a_session_that_is_no_good_is_a_fault(partner: Partner, header: str) -> None:
    code, message = partner.fault(partner.post("<undelete/>", header))
    assert code == "sf:INVALID_SESSION_ID"
    assert message.startswith("INVALID_SESSION_ID: Invalid Session ID found in SessionHeader")


@pytest.mark.parametrize(
    ("body", "operation"),
    [("<create/>", "create by SOAP"), ("<login/>", "login by SOAP"), ("<query/>", "query by SOAP")],
)
def test_unsupported_features_are_named_in_the_error(
    partner: Partner, body: str, operation: str
) -> None:
    code, message = partner.fault(partner.post(body))
    assert code == "sf:FUNCTIONALITY_NOT_ENABLED"
    assert operation in message


def test_refuses_a_header_that_would_change_the_answer(partner: Partner) -> None:
    header = f"{partner.session}<AllOrNoneHeader/>"
    assert "AllOrNoneHeader" in partner.fault(partner.post("<undelete/>", header))[1]


def test_an_element_that_does_not_belong_is_refused(partner: Partner) -> None:
    assert "expected ids" in partner.fault(partner.post("<undelete><id/></undelete>"))[1]
    many = "<ids>a</ids>" * 201
    code, _ = partner.fault(partner.post(f"<undelete>{many}</undelete>"))
    assert code == "sf:EXCEEDED_ID_LIMIT"


def test_a_retired_version_is_a_fault(partner: Partner, org: Org) -> None:
    response = partner.post("<undelete/>", url=f"https://{org.host}/services/Soap/u/20.0")
    assert partner.fault(response)[0] == "sf:UNSUPPORTED_API_VERSION"


def test_a_soap_call_counts_and_returns_the_usage(
    partner: Partner, org: Org, anonymous: httpx.Client
) -> None:
    """The org's id may stand behind the version, as in the address that login gave."""
    url = f"https://{org.host}/services/Soap/u/68.0/{org.org_id[:15]}"
    before = org.limits.api_used
    response = partner.post("<getServerTimestamp/>", url=url)
    assert response.status_code == 200
    assert f"<current>{before + 1}</current>" in response.text
    assert "<timestamp>2026-11-22T12:00:00.000Z</timestamp>" in response.text
    assert "Sforce-Limit-Info" not in response.headers


def test_limits_run_out_by_soap_too(partner: Partner, org: Org) -> None:
    org.limits.api_max = org.limits.api_used
    assert partner.fault(partner.post("<undelete/>"))[0] == "sf:REQUEST_LIMIT_EXCEEDED"


def test_undelete_restores_deleted_records_only(partner: Partner, client: httpx.Client) -> None:
    account = client.post("/sobjects/Account", json={"Name": "Acme"}).json()["id"]
    contact = {"LastName": "L", "AccountId": account}
    below = client.post("/sobjects/Contact", json=contact).json()["id"]
    client.delete(f"/sobjects/Account/{account}")
    done, again, malformed = partner.results(
        f"<undelete><ids>{account[:15]}</ids><ids>{account}</ids><ids>nothing</ids></undelete>"
    )
    assert (done["id"], done["success"]) == ([account], ["true"])
    assert (again["statusCode"], again["success"]) == (["UNDELETE_FAILED"], ["false"])
    assert malformed["statusCode"] == ["MALFORMED_ID"]
    for path in (f"/sobjects/Account/{account}", f"/sobjects/Contact/{below}"):
        assert client.get(path).status_code == 200


def test_a_note_comes_back_with_its_document(partner: Partner, client: httpx.Client) -> None:
    note = client.post("/sobjects/ContentNote", json={"Title": "N", "Content": "aGk="}).json()["id"]
    client.delete(f"/sobjects/ContentNote/{note}")
    assert partner.result(f"<undelete><ids>{note}</ids></undelete>")["success"] == ["true"]
    assert client.get(f"/sobjects/ContentNote/{note}").status_code == 200
