"""APIs besides REST, and paths as Salesforce's clients write them."""

import httpx
import pytest

from salesforce_emulator.org.state import Org


@pytest.mark.parametrize(
    ("path", "api"),
    [
        ("/services/Soap/m/68.0", "the Metadata API"),
        ("//services/Soap/m/68.0", "the Metadata API"),  # so the Salesforce CLI writes it
        ("/services/Soap/c/68.0/00D000000000001", "the enterprise WSDL"),
        ("/services/Soap/s/68.0/00D000000000001", "Apex by SOAP"),
        ("/services/Soap/T/68.0/00D000000000001", "the Tooling API by SOAP"),
    ],
)
def test_other_soap_apis_are_not_offered(
    org: Org, client: httpx.Client, path: str, api: str
) -> None:
    response = client.post(f"https://{org.host}{path}", content=b"<x/>")

    assert response.status_code == 500
    assert response.headers["Content-Type"].startswith("text/xml")
    assert "sf:FUNCTIONALITY_NOT_ENABLED" in response.text
    assert f"does not offer {api};" in response.text


def test_unknown_soap_paths_are_not_found(org: Org, client: httpx.Client) -> None:
    assert client.post(f"https://{org.host}/services/Soap/x/68.0").status_code == 404


def test_refuses_bulk_1_in_its_own_shape(org: Org, client: httpx.Client) -> None:
    """Its jobs are XML, or JSON when the job says so."""
    url = f"https://{org.host}/services/async/62.0/job"
    as_xml = client.post(url, content=b"<jobInfo/>", headers={"Content-Type": "application/xml"})
    as_json = client.post(url, json={"operation": "insert"})

    assert as_xml.status_code == as_json.status_code == 501
    assert "<exceptionCode>FeatureNotEnabled</exceptionCode>" in as_xml.text
    assert as_json.json()["exceptionCode"] == "FeatureNotEnabled"
    assert "Bulk API 1.0" in as_json.json()["exceptionMessage"]


def test_record_count_covers_all_objects_by_default(client: httpx.Client) -> None:
    """The Salesforce CLI sends the parameter without a value."""
    counts = client.get("/limits/recordCount?sObjects").json()["sObjects"]
    assert {"count": 1, "name": "Organization"} in counts
    assert counts == client.get("/limits/recordCount").json()["sObjects"]
