"""E-mails by template: merge fields of the recipient and of the related record."""

from typing import Any

import httpx
import pytest

from salesforce_emulator.automation.emails import outbox_of
from salesforce_emulator.org.state import Org

PATH = "/actions/standard/emailSimple"


@pytest.fixture
def contact(client: httpx.Client) -> str:
    fields = {"LastName": "Lee", "FirstName": "Kim", "Email": "kim@example.com"}
    return str(client.post("/sobjects/Contact", json=fields).json()["id"])


def template(org: Org, client: httpx.Client, **fields: Any) -> str:
    values = {
        "Name": "Hello", "DeveloperName": "Hello", "FolderId": org.org_id, "TemplateType": "text",
        "TemplateStyle": "none", "IsActive": True, "Subject": "Hi {!Contact.FirstName}",
        "Body": "{!Contact.LastName}: {!Case.Subject}{!Case.Nothing}{!Account.Name}",
    }  # fmt: skip
    response = client.post("/sobjects/EmailTemplate", json={**values, **fields})
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


def send(client: httpx.Client, **values: Any) -> httpx.Response:
    return client.post(PATH, json={"inputs": [values]})


def test_an_email_without_template_needs_subject_and_body(
    client: httpx.Client, contact: str
) -> None:
    refused = send(client, recipientId=contact, emailSubject="Hi")
    assert refused.status_code == 400
    assert "emailBody" in refused.text


def test_a_template_needs_a_recipient_and_has_to_be_active(
    org: Org, client: httpx.Client, contact: str
) -> None:
    template_id = template(org, client)
    assert (
        "recipientId"
        in send(client, emailTemplateId=template_id, recipientAddresses="a@b.example").text
    )
    inactive = template(org, client, DeveloperName="Old", IsActive=False)
    assert send(client, emailTemplateId=inactive, recipientId=contact).status_code == 400
    unknown = f"00X{'0' * 11}1AAA"
    assert send(client, emailTemplateId=unknown, recipientId=contact).status_code == 400
    assert outbox_of(org) == []


def test_a_lead_has_no_related_record(org: Org, client: httpx.Client) -> None:
    fields = {"LastName": "Lee", "Company": "Acme", "Email": "lee@example.com"}
    lead = client.post("/sobjects/Lead", json=fields).json()["id"]
    case = client.post("/sobjects/Case", json={"Subject": "Broken"}).json()["id"]
    template_id = template(org, client)
    refused = send(client, emailTemplateId=template_id, recipientId=lead, relatedRecordId=case)
    assert refused.status_code == 400


def test_fields_are_filled_in(org: Org, client: httpx.Client, contact: str) -> None:
    case = client.post("/sobjects/Case", json={"Subject": "Broken"}).json()["id"]
    template_id = template(org, client)
    response = send(client, emailTemplateId=template_id, recipientId=contact, relatedRecordId=case)
    assert response.json()[0]["isSuccess"] is True
    (email,) = outbox_of(org)
    assert (email.subject, email.body, email.html) == ("Hi Kim", "Lee: Broken", False)
    assert email.to == ("kim@example.com",)


def test_a_lightning_template_is_html(org: Org, client: httpx.Client, contact: str) -> None:
    template_id = template(org, client, HtmlValue="<p>{{{Recipient.FirstName}}}</p>", UiType="SFX")
    assert send(client, emailTemplateId=template_id, recipientId=contact).json()[0]["isSuccess"]
    (email,) = outbox_of(org)
    assert (email.body, email.html) == ("<p>Kim</p>", True)
