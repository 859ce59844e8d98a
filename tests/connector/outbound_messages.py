"""Outbound messages as Salesforce's documentation shows them."""

ORG = "00DD0000000FoOwMAK"
ACTION = "04kD000000001abIAA"
RECORD = (
    '<sObject xsi:type="sf:Contact" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">'
    "<sf:Id>003D000000QYVzxIAH</sf:Id><sf:LastName>Kim &amp; Lee</sf:LastName>"
    '<sf:Email xsi:nil="true"/></sObject>'
)


def notification(number: int, record: str = RECORD) -> str:
    return f"<Notification><Id>04lD00000000{number:03}IAA</Id>{record}</Notification>"


def message(*notifications: str, org: str = ORG, head: str = "") -> bytes:
    """Return the body of a request."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
        '<notifications xmlns="http://soap.sforce.com/2005/09/outbound">'
        f"<OrganizationId>{org}</OrganizationId><ActionId>{ACTION}</ActionId>"
        "<SessionId>00D!AQ.secret</SessionId>"
        "<EnterpriseUrl>https://acme.my.salesforce.com/x</EnterpriseUrl>"
        "<PartnerUrl>https://acme.my.salesforce.com/y</PartnerUrl>"
        f"{''.join(notifications)}</notifications></soapenv:Body></soapenv:Envelope>"
    ).encode()
