"""send_email: the inputs' names of today and of before."""

from typing import Any

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.send_email import Input, flow
from salesforce_connector.errors import Rejected

CONTACT, TEMPLATE = "003D000000QYVzxIAH", "00XD0000001abcdMAA"
COMMON = ("emailSubject", "emailBody", "senderType", "recipientId", "sendRichBody")
SENT = ok([{"actionName": "emailSimple", "errors": None, "isSuccess": True, "outputValues": None}])


def described(*names: str) -> Any:
    return ok({"name": "emailSimple", "inputs": [{"name": name} for name in (*COMMON, *names)]})


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"cc": ["a@example.com"]},
        {"to": ["a@example.com, b@example.com"]},
        {"to": ["nobody"]},
        {"to": ["a@example.com"], "sender": "org_wide_address"},
        {"to": ["a@example.com"], "sender_address": "x@example.com"},
        {"to": ["a@example.com"], "subject": ""},
        {"to": ["a@example.com"], "body": ""},
        {"recipient_id": CONTACT, "template_id": TEMPLATE},
        {"to": ["a@example.com"], "template_id": TEMPLATE, "subject": "", "body": ""},
    ],
)
def test_refuses_what_cannot_be_sent(inputs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Input.model_validate({"subject": "s", "body": "b", **inputs})


def test_refuses_what_the_orgs_version_does_not_know() -> None:
    """An input that is dropped would send the mail to fewer people."""
    inputs = Input(to=["a@example.com"], cc=["b@example.com"], subject="s", body="b")
    run = drive(flow(inputs), described("emailAddresses"))

    assert isinstance(run.error, Rejected)
    assert "ccAddresses" in run.error.message


def test_raises_a_failure_inside_the_answer() -> None:
    errors = [{"statusCode": "SINGLE_EMAIL_LIMIT_EXCEEDED", "message": "no"}]
    failed = {"actionName": "emailSimple", "errors": errors, "isSuccess": False}
    run = drive(
        flow(Input(to=["a@example.com"], subject="s", body="b")),
        described("recipientAddresses"),
        ok([failed], 400),
    )

    assert run.error is not None
    assert run.error.code == "SINGLE_EMAIL_LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("expected", "to", "cc"),
    [
        (("recipientAddresses", "ccAddresses"), "recipientAddresses", "ccAddresses"),
        (
            ("emailAddresses", "ccRecipientAddressList"),
            "emailAddresses",
            "ccRecipientAddressList",
        ),
    ],
)
def test_calls_the_inputs_what_the_org_calls_them(
    expected: tuple[str, ...], to: str, cc: str
) -> None:
    inputs = Input(
        to=["a@example.com", "b@example.com"],
        cc=["c@example.com"],
        subject="s",
        body="<b>b</b>",
        html=True,
    )
    run = drive(flow(inputs), described(*expected), SENT)

    assert run.calls[0].cached
    assert run.calls[1].json == {
        "inputs": [
            {
                to: "a@example.com,b@example.com",
                cc: "c@example.com",
                "emailSubject": "s",
                "emailBody": "<b>b</b>",
                "sendRichBody": True,
                "senderType": "CurrentUser",
            }
        ]
    }
    assert not run.calls[1].safe
    assert run.output.sent


def test_a_template_takes_the_place_of_subject_and_body() -> None:
    args = Input(template_id=TEMPLATE, recipient_id=CONTACT, related_record_id="500D000000abcdEIAQ")
    run = drive(flow(args), described("emailTemplateId", "relatedRecordId"), SENT)

    (inputs,) = run.calls[1].json["inputs"]
    assert inputs == {
        "emailTemplateId": TEMPLATE,
        "recipientId": CONTACT,
        "relatedRecordId": "500D000000abcdEIAQ",
        "senderType": "CurrentUser",
    }


def test_an_org_whose_version_knows_no_templates_sends_nothing() -> None:
    run = drive(flow(Input(template_id=TEMPLATE, recipient_id=CONTACT)), described())
    assert isinstance(run.error, Rejected)
    assert run.error.code == "INPUT_NOT_SUPPORTED"
