"""Files: multipart and base64 uploads, versions, links, downloads, deletes."""

import base64
import json
from typing import Any

import httpx
import pytest
from local_org.rest_calls import create_record, get_record

DATA = bytes(range(256)) * 9 + b"\r\n--x\r\n"


def parts(*contents: tuple[dict[str, str], bytes], boundary: str = "b0", end: str = "--") -> bytes:
    """Write a multipart body of parts' headers and contents."""
    body = b""
    for headers, content in contents:
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        body += f"--{boundary}\r\n{head}\r\n".encode() + content + b"\r\n"
    return body + f"--{boundary}{end}\r\n".encode()


def record(fields: dict[str, Any], kind: str = "application/json") -> tuple[dict[str, str], bytes]:
    headers = {"Content-Disposition": 'form-data; name="entity_content"', "Content-Type": kind}
    return headers, json.dumps(fields).encode()


def file(data: bytes = DATA, name: str = "VersionData") -> tuple[dict[str, str], bytes]:
    disposition = f'form-data; name="{name}"; filename="a.bin"'
    return {"Content-Disposition": disposition, "Content-Type": "application/octet-stream"}, data


def send(client: httpx.Client, body: bytes, sobject: str = "ContentVersion") -> httpx.Response:
    kind = {"Content-Type": "multipart/form-data; boundary=b0"}
    return client.post(f"/sobjects/{sobject}", content=body, headers=kind)


def upload(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    """Upload a file and give its version."""
    response = send(client, parts(record({"PathOnClient": "a.bin", **fields}), file()))
    assert response.status_code == 201, response.text
    return get_record(client, "ContentVersion", response.json()["id"])


def links(client: httpx.Client, where: str) -> list[dict[str, Any]]:
    fields = "LinkedEntityId, ShareType, Visibility"
    statement = f"SELECT {fields} FROM ContentDocumentLink WHERE {where}"  # noqa: S608 - our words
    result: list[dict[str, Any]] = client.get("/query", params={"q": statement}).json()["records"]
    return result


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (parts(file()), "Multipart message must include a non-binary part"),
        (parts(record({}, "text/plain"), file()), "Multipart message must include a non-binary"),
        (parts(record({}), file(), file()), "Cannot include more than one binary part"),
        (parts(record({}), record({})), "The binary part must have a file name"),
        (parts(record({}), file(), boundary="other"), "Multipart message cannot be parsed"),
        (parts(record({}), file(), end=""), "Multipart message has no end"),
        (b"", "Multipart message has no end"),
        (parts(), "Multipart message must include a non-binary part"),
    ],
)
def test_malformed_uploads_are_refused(client: httpx.Client, body: bytes, message: str) -> None:
    response = send(client, body)
    assert response.status_code == 400
    (error,) = response.json()
    assert error["errorCode"] == "INVALID_MULTIPART_REQUEST"
    assert error["message"].startswith(message)


def test_refuses_parts_without_a_boundary(client: httpx.Client) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    response = client.post("/sobjects/ContentVersion", content=b"x", headers=headers)
    assert response.json()[0]["errorCode"] == "INVALID_MULTIPART_REQUEST"


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff"])
def test_refuses_a_first_part_that_is_no_object(client: httpx.Client, content: bytes) -> None:
    headers, _ = record({})
    response = send(client, parts((headers, content), file()))
    assert response.json()[0]["errorCode"] == "JSON_PARSER_ERROR"


def test_refuses_a_file_for_a_field_that_holds_none(client: httpx.Client) -> None:
    response = send(client, parts(record({"PathOnClient": "a.bin"}), file(name="Title")))
    assert response.json()[0]["errorCode"] == "JSON_PARSER_ERROR"
    response = send(client, parts(record({"PathOnClient": "a.bin"}), file(name="Nothing")))
    assert response.json()[0]["errorCode"] == "INVALID_FIELD"


def test_the_record_part_may_follow_the_file(client: httpx.Client) -> None:
    """Salesforce's own command line sends the parts so."""
    sent = send(client, parts(file(), record({"PathOnClient": "a.bin"})))
    assert sent.status_code == 201, sent.text


def test_an_uploaded_file_is_downloaded_unchanged(client: httpx.Client) -> None:
    version = upload(client, Title="Täst")
    assert (version["Title"], version["ContentSize"]) == ("Täst", len(DATA))
    assert (version["FileType"], version["FileExtension"]) == ("BIN", "bin")
    path = f"/services/data/v68.0/sobjects/ContentVersion/{version['Id']}/VersionData"
    assert version["VersionData"] == path
    response = client.get(f"/sobjects/ContentVersion/{version['Id']}/VersionData")
    assert response.content == DATA
    assert response.headers["content-type"] == "application/octet-stream"


def test_base64_in_json_is_the_same_file(client: httpx.Client) -> None:
    fields = {"PathOnClient": "a.bin", "VersionData": base64.b64encode(DATA).decode()}
    first, second = upload(client), client.post("/sobjects/ContentVersion", json=fields).json()
    assert get_record(client, "ContentVersion", second["id"])["Checksum"] == first["Checksum"]


def test_a_file_is_its_owners_and_shown_where_it_is_published_first(client: httpx.Client) -> None:
    account = create_record(client, "Account", Name="Acme")
    version = upload(client, FirstPublishLocationId=account)
    result = links(client, f"ContentDocumentId = '{version['ContentDocumentId']}'")
    assert {(item["LinkedEntityId"], item["ShareType"]) for item in result} == {
        (account, "V"),
        (version["OwnerId"], "I"),
    }


def test_a_second_version_is_the_documents_latest(client: httpx.Client) -> None:
    first = upload(client)
    second = upload(client, ContentDocumentId=first["ContentDocumentId"], PathOnClient="b.txt")
    document = get_record(client, "ContentDocument", first["ContentDocumentId"])
    assert (second["VersionNumber"], second["IsLatest"]) == ("2", True)
    assert get_record(client, "ContentVersion", first["Id"])["IsLatest"] is False
    assert document["LatestPublishedVersionId"] == second["Id"]
    assert (document["Title"], document["FileExtension"]) == ("b", "txt")


def test_a_new_title_of_the_latest_version_is_the_documents(client: httpx.Client) -> None:
    version = upload(client)
    client.patch(f"/sobjects/ContentVersion/{version['Id']}", json={"Title": "New"})
    assert get_record(client, "ContentDocument", version["ContentDocumentId"])["Title"] == "New"


def test_a_link_exists_once_with_default_visibility(client: httpx.Client) -> None:
    account, version = create_record(client, "Account", Name="Acme"), upload(client)
    pair = {"ContentDocumentId": version["ContentDocumentId"], "LinkedEntityId": account}
    assert client.post("/sobjects/ContentDocumentLink", json=pair).status_code == 201
    (link,) = links(client, f"LinkedEntityId = '{account}'")
    assert (link["ShareType"], link["Visibility"]) == ("V", "AllUsers")
    (error,) = client.post("/sobjects/ContentDocumentLink", json=pair).json()
    assert error["errorCode"] == "DUPLICATE_VALUE"
    assert error["message"] == (
        f"Document with ID: {version['ContentDocumentId'][:15]} is already linked with the entity"
        f" with ID: {account[:15]}"
    )


def test_a_document_goes_with_its_versions_and_links(client: httpx.Client) -> None:
    account = create_record(client, "Account", Name="Acme")
    version = upload(client, FirstPublishLocationId=account)
    client.delete(f"/sobjects/ContentDocument/{version['ContentDocumentId']}")
    assert links(client, f"LinkedEntityId = '{account}'") == []
    gone = client.get(f"/sobjects/ContentVersion/{version['Id']}/VersionData")
    assert gone.json()[0]["errorCode"] == "ENTITY_IS_DELETED"


def test_a_version_is_not_deleted_by_itself(client: httpx.Client) -> None:
    response = client.delete(f"/sobjects/ContentVersion/{upload(client)['Id']}")
    assert response.status_code == 400


def test_an_attachment_has_its_body_length(client: httpx.Client) -> None:
    account = create_record(client, "Account", Name="Acme")
    response = send(
        client,
        parts(record({"Name": "a.bin", "ParentId": account}), file(name="Body")),
        "Attachment",
    )
    attachment = response.json()["id"]
    assert get_record(client, "Attachment", attachment)["BodyLength"] == len(DATA)
    assert client.get(f"/sobjects/Attachment/{attachment}/Body").content == DATA


def test_a_note_is_a_document_with_its_id(client: httpx.Client) -> None:
    text = base64.b64encode(b"<p>They will order &amp; pay.</p>").decode()
    note = create_record(client, "ContentNote", Title="Call", Content=text)
    stored, document = (
        get_record(client, name, note) for name in ("ContentNote", "ContentDocument")
    )
    assert (stored["TextPreview"], stored["FileType"]) == ("They will order & pay.", "SNOTE")
    assert (document["Title"], document["FileType"]) == ("Call", "SNOTE")
    version = get_record(client, "ContentVersion", document["LatestPublishedVersionId"])
    assert version["ContentDocumentId"] == note
    changed = base64.b64encode(b"Other").decode()
    client.patch(f"/sobjects/ContentNote/{note}", json={"Content": changed, "Title": "Called"})
    document = get_record(client, "ContentDocument", note)
    assert document["Title"] == "Called"
    assert document["LatestPublishedVersionId"] != version["Id"]


@pytest.mark.parametrize("gone", ["ContentNote", "ContentDocument"])
def test_a_note_and_its_document_go_together(client: httpx.Client, gone: str) -> None:
    note = create_record(client, "ContentNote", Title="Call", Content="aGk=")
    assert client.delete(f"/sobjects/{gone}/{note}").status_code == 204
    for name in ("ContentNote", "ContentDocument"):
        response = client.get(f"/sobjects/{name}/{note}")
        assert response.json()[0]["errorCode"] == "ENTITY_IS_DELETED"
