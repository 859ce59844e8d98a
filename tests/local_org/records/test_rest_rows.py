"""Single records over HTTP."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org

Body = dict[str, Any]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "record_id", ["23foo", "003000000000001AAA", "00100000000000", "001000000000001AAB"]
)
def test_a_foreign_id_in_the_path_is_read_as_an_external_id_field(
    client: httpx.Client, method: str, record_id: str
) -> None:
    response = client.request(method, f"/sobjects/Account/{record_id}", json={"Name": "x"})

    assert response.status_code == 404
    assert response.json() == [
        {
            "errorCode": "NOT_FOUND",
            "message": "Provided external ID field does not exist or is not accessible: "
            + record_id,
        }
    ]


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("GET", "NOT_FOUND"),
        ("PATCH", "INVALID_CROSS_REFERENCE_KEY"),
        ("DELETE", "INVALID_CROSS_REFERENCE_KEY"),
    ],
)
def test_a_record_that_never_existed_is_not_found(
    client: httpx.Client, method: str, code: str
) -> None:
    response = client.request(method, "/sobjects/Account/001000000000001AAA", json={"Name": "x"})

    assert (response.status_code, response.json()[0]["errorCode"]) == (404, code)


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_deleted_record_is_deleted(client: httpx.Client, acme: str, method: str) -> None:
    assert client.delete(f"/sobjects/Account/{acme}").status_code == 204

    response = client.request(method, f"/sobjects/Account/{acme}", json={"Name": "x"})

    assert response.status_code == 404
    assert response.json() == [
        {"message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED", "fields": []}
    ]


@pytest.mark.parametrize("path", ["fields=Nope", "fields=Nope.Name", "fields=Owner.Nope"])
def test_reading_an_unknown_field_is_refused(client: httpx.Client, acme: str, path: str) -> None:
    response = client.get(f"/sobjects/Account/{acme}?{path}")

    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "INVALID_FIELD")


def test_create_returns_the_id_and_the_location(client: httpx.Client) -> None:
    response = client.post("/sobjects/account/", json={"name": "Acme", "attributes": {"type": "x"}})

    record_id = response.json()["id"]
    assert response.status_code == 201
    assert response.text == f'{{"id":"{record_id}","success":true,"errors":[]}}'
    assert response.headers["Location"] == f"/services/data/v68.0/sobjects/Account/{record_id}"
    assert len(record_id) == 18


def test_reads_all_fields_in_order_with_nulls_and_addresses(
    client: httpx.Client, org: Org, acme: str
) -> None:
    client.patch(f"/sobjects/Account/{acme}", json={"BillingCity": "Rome", "BillingLatitude": 41.9})

    body = client.get(f"/sobjects/Account/{acme}").json()

    assert list(body) == ["attributes", *(field.name for field in org.schema["Account"].fields)]
    assert body["attributes"] == {
        "type": "Account",
        "url": f"/services/data/v68.0/sobjects/Account/{acme}",
    }
    assert body["BillingAddress"] == {
        "city": "Rome",
        "country": None,
        "geocodeAccuracy": None,
        "latitude": 41.9,
        "longitude": None,
        "postalCode": None,
        "state": None,
        "street": None,
    }
    assert (body["ShippingAddress"], body["Site"], body["IsDeleted"]) == (None, None, False)
    assert body["PhotoUrl"] == f"/services/images/photo/{acme}"


def test_read_returns_the_requested_fields_and_the_id_last(
    client: httpx.Client, org: Org, acme: str
) -> None:
    body = client.get(f"/sobjects/Account/{acme[:15]}?fields=site,Owner.profile.Name,Parent.Name")

    assert list(body.json()) == ["attributes", "Site", "Owner", "Parent", "Id"]
    owner = body.json()["Owner"]
    assert owner["attributes"]["url"] == f"/services/data/v68.0/sobjects/User/{org.admin_id}"
    assert owner["Profile"]["Name"] == "System Administrator"
    assert body.json()["Parent"] is None


def test_updates_without_a_body(client: httpx.Client, acme: str) -> None:
    response = client.patch(f"/sobjects/Account/{acme}", json={"Site": "HQ"})

    assert (response.status_code, response.content) == (204, b"")
    assert client.get(f"/sobjects/Account/{acme}?fields=Site").json()["Site"] == "HQ"


def test_http_method_parameter_overrides_post(client: httpx.Client, acme: str) -> None:
    path = f"/sobjects/Account/{acme}"

    assert client.post(f"{path}?_HttpMethod=PATCH", json={"Site": "HQ"}).status_code == 204
    assert client.post(f"{path}?_httpmethod=PATCH", json={"Site": "x"}).status_code == 405
    assert client.post(f"{path}?_HttpMethod=DELETE").status_code == 204


def test_a_head_is_a_get_without_a_body(client: httpx.Client, acme: str) -> None:
    response = client.head(f"/sobjects/Account/{acme}")

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize(
    ("version", "statuses", "keys"),
    [
        ("v68.0", [201, 200], ["id", "success", "errors", "created"]),
        ("v46.0", [201, 200], ["id", "success", "errors", "created"]),
        ("v45.0", [201, 204], ["id", "success", "errors"]),
    ],
)
def test_upserts_by_a_key_that_may_hold_a_slash(
    client: httpx.Client, org: Org, version: str, statuses: list[int], keys: list[str]
) -> None:
    path = f"https://{org.host}/services/data/{version}/sobjects/Account/external_id__C/a%2F%C3%A9?"

    first = client.patch(path, json={"Name": "A"})
    second = client.patch(path, json={"Name": "B"})

    assert [first.status_code, second.status_code] == statuses
    assert list(first.json()) == keys
    assert first.json().get("created", True) is True
    if second.content:
        assert second.json() == {**first.json(), "created": False}
        assert second.headers["Location"] == first.headers["Location"]
    body = client.get(path).json()
    assert (body["Name"], body["External_Id__c"]) == ("B", "a/é")


def test_update_only_never_inserts(client: httpx.Client) -> None:
    path = "/sobjects/Account/External_Id__c/X"

    assert client.patch(f"{path}?updateOnly=true", json={"Name": "A"}).status_code == 404
    assert client.patch(path, json={"Name": "A"}).status_code == 201
    assert client.patch(f"{path}?updateOnly=true", json={"Name": "B"}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_lists_all_records_that_a_key_matches(client: httpx.Client, method: str) -> None:
    created = [
        client.post(
            "/sobjects/Contact", json={"LastName": name, "Email": "x@acme.example"}
        ).headers["Location"]
        for name in ("A", "B")
    ]

    response = client.request(method, "/sobjects/Contact/Email/x@acme.example", json={"Title": "T"})

    assert (response.status_code, response.json()) == (300, created)


def test_reads_and_deletes_by_key(client: httpx.Client) -> None:
    path = "/sobjects/Account/External_Id__c/k"
    client.patch(path, json={"Name": "A"})

    assert client.get(f"{path}?fields=Name").json()["Name"] == "A"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_an_insert_may_be_said_in_the_words_of_an_upsert(client: httpx.Client) -> None:
    assert client.post("/sobjects/Account/Id", json={"Name": "A"}).status_code == 201


def test_a_copy_that_is_still_good_is_not_sent_again(
    client: httpx.Client, clock: Clock, acme: str
) -> None:
    path = f"/sobjects/Account/{acme}"
    first = client.get(path).headers

    def again(**headers: str) -> int:
        request_headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(path, headers=request_headers).status_code

    assert again(If_Modified_Since=first["Last-Modified"]) == 304
    assert again(If_None_Match=first["ETag"]) == 304
    assert again(If_Modified_Since="nonsense") == 200
    clock.advance(timedelta(minutes=1))
    client.patch(path, json={"Site": "new"})
    assert again(If_Modified_Since=first["Last-Modified"]) == 200
    assert again(If_None_Match=first["ETag"]) == 200


@pytest.mark.parametrize("write", ["PATCH", "DELETE"])
def test_a_record_that_has_changed_is_not_overwritten(
    client: httpx.Client, clock: Clock, acme: str, write: str
) -> None:
    path = f"/sobjects/Account/{acme}"
    visited = client.get(path).headers
    clock.advance(timedelta(minutes=1))
    client.patch(path, json={"Site": "theirs"})

    for condition in (
        {"If-Match": visited["ETag"]},
        {"If-Unmodified-Since": visited["Last-Modified"]},
    ):
        response = client.request(write, path, json={"Site": "mine"}, headers=condition)
        assert response.status_code == 412

    assert client.get(path).json()["Site"] == "theirs"
    fresh = client.get(path).headers["ETag"]
    assert (
        client.request(write, path, json={"Site": "mine"}, headers={"If-Match": fresh}).status_code
        == 204
    )


@pytest.mark.parametrize("header", ["If-Modified-Since", "If-Unmodified-Since"])
def test_a_write_with_an_invalid_date_condition_is_refused(
    client: httpx.Client, acme: str, header: str
) -> None:
    path = f"/sobjects/Account/{acme}"

    assert client.patch(path, json={}, headers={header: "nonsense"}).status_code == 400
    assert client.get(path, headers={header: "nonsense"}).status_code == 200
    assert client.delete(path, headers={header: "nonsense"}).status_code == 204


def test_reads_a_blob_by_its_address(client: httpx.Client, org: Org, acme: str) -> None:
    created = client.post(
        "/sobjects/Attachment", json={"ParentId": acme, "Name": "hi.txt", "Body": "aGkg8J+RiwA="}
    ).json()

    body = client.get(f"/sobjects/Attachment/{created['id']}?fields=Body").json()["Body"]

    assert body == f"/services/data/v68.0/sobjects/Attachment/{created['id']}/Body"
    assert client.get(f"https://{org.host}{body}").content == b"hi \xf0\x9f\x91\x8b\x00"


def test_reads_parents_and_children_by_their_names(client: httpx.Client, acme: str) -> None:
    contact = client.post("/sobjects/Contact", json={"LastName": "L", "AccountId": acme}).json()[
        "id"
    ]

    children = client.get(f"/sobjects/Account/{acme}/contacts?fields=LastName").json()
    parent = client.get(f"/sobjects/Contact/{contact}/Account?fields=Name").json()

    assert (children["totalSize"], children["done"]) == (1, True)
    assert children["records"][0]["LastName"] == "L"
    assert (parent["Name"], parent["Id"]) == ("Acme", acme)
    assert client.get(f"/sobjects/Account/{acme}/Parent").status_code == 404
    assert client.get(f"/sobjects/Account/{acme}/Nonsense").status_code == 404
