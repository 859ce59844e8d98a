"""Values of the names in braces in the tables: ids of records, jobs and files, created on use."""

import re
from collections.abc import Callable, Mapping
from typing import Final

import httpx

ROOT: Final = "/services/data/v68.0"
MISSING: Final = "000000000AAA"
"""The part after the key prefix of an id that no record has."""

_NAME: Final = re.compile(r"\{([a-z_]+)\}")


def _repeated(text: str, times: int) -> str:
    return ", ".join([text] * times)


class Prerequisites:
    """Creates the records behind the names, each once."""

    def __init__(self, client: httpx.Client, ids: Mapping[str, str] | None = None) -> None:
        """Start with the values in `ids`.

        Args:
            client: Of an administrator.
            ids: Values that only the org itself knows.
        """
        self._client = client
        self._values = dict(ids or {})
        self._makers: dict[str, Callable[[], str]] = {
            "account": lambda: self.create("Account", Name="Acme"),
            "contact": lambda: self.create("Contact", LastName="Archer", Email="a@example.com"),
            "lead": lambda: self.create("Lead", LastName="Lee", Company="Lee Ltd"),
            "case": lambda: self.create("Case", Subject="Broken"),
            "deleted_account": self._deleted_account,
            "twin_email": self._twin_email,
            "admin": lambda: self._single(
                "SELECT Id FROM User WHERE Profile.Name = 'System Administrator'"
            ),
            "document": self._document,
            "file": lambda: self._file("file.txt"),
            "open_job": self._job,
            "closed_job": self._closed_job,
            "uploaded_job": self._uploaded_job,
            "query_job": self._query_job,
            "too_many_accounts": lambda: _repeated(
                '{"attributes": {"type": "Account"}, "Name": "A"}', 201
            ),
            "too_many_tree_records": lambda: ", ".join(
                f'{{"attributes": {{"type": "Account", "referenceId": "r{at}"}}, "Name": "A"}}'
                for at in range(201)
            ),
            "too_many_gets": lambda: ", ".join(
                f'{{"method": "GET", "url": "{ROOT}/sobjects/Account/x", "referenceId": "r{at}"}}'
                for at in range(26)
            ),
            "too_many_queries": lambda: ", ".join(
                f'{{"method": "GET", "url": "{ROOT}/query?q=x", "referenceId": "r{at}"}}'
                for at in range(6)
            ),
            "too_many_batch_requests": lambda: _repeated(
                '{"method": "GET", "url": "v68.0/limits"}', 26
            ),
            "long_name": lambda: "x" * 256,
            "long_query": lambda: "x" * 17_000,
            "product": lambda: self.create("Product2", Name="Bolt", IsActive=True),
            "org": lambda: self._single("SELECT Id FROM Organization"),
        }

    def fill(self, text: str) -> str:
        """Replace `{name}` by what it stands for; JSON and SOSL keep braces that are no name."""
        return _NAME.sub(self._replace, text)

    def create(self, sobject: str, **fields: object) -> str:
        """Create a record and return its id."""
        response = self._client.post(f"{ROOT}/sobjects/{sobject}", json=fields)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    def reader(self, profile: str) -> str:
        """Create a user of a profile."""
        profile_id = self._single(f"SELECT Id FROM Profile WHERE Name = '{profile}'")  # noqa: S608
        return self.create(
            "User",
            Username="reader@example.com",
            LastName="Reader",
            Email="reader@example.com",
            Alias="reader",
            TimeZoneSidKey="GMT",
            LocaleSidKey="en_US",
            EmailEncodingKey="UTF-8",
            LanguageLocaleKey="en_US",
            ProfileId=profile_id,
        )

    def _replace(self, match: "re.Match[str]") -> str:
        name = match[1]
        if name not in self._makers and name not in self._values:
            return match[0]
        if name not in self._values:
            self._values[name] = self._makers[name]()
        return self._values[name]

    def _single(self, soql: str) -> str:
        response = self._client.get(f"{ROOT}/query", params={"q": soql})
        assert response.status_code == 200, response.text
        return str(response.json()["records"][0]["Id"])

    def _deleted_account(self) -> str:
        record_id = self.create("Account", Name="Gone")
        assert self._client.delete(f"{ROOT}/sobjects/Account/{record_id}").status_code == 204
        return record_id

    def _twin_email(self) -> str:
        for _ in range(2):
            self.create("Contact", LastName="Twin", Email="twin@example.com")
        return "twin@example.com"

    def _file(self, name: str) -> str:
        return self.create("ContentVersion", PathOnClient=name, VersionData="aGVsbG8=")

    def _document(self) -> str:
        version = self._file("document.txt")
        response = self._client.get(f"{ROOT}/sobjects/ContentVersion/{version}")
        return str(response.json()["ContentDocumentId"])

    def _job(self) -> str:
        body = {"object": "Account", "operation": "insert"}
        response = self._client.post(f"{ROOT}/jobs/ingest", json=body)
        assert response.status_code == 200, response.text
        return str(response.json()["id"])

    def _uploaded_job(self) -> str:
        job = self._job()
        response = self._client.put(
            f"{ROOT}/jobs/ingest/{job}/batches",
            content="Name\nA\n",
            headers={"Content-Type": "text/csv"},
        )
        assert response.status_code == 201, response.text
        return job

    def _closed_job(self) -> str:
        job = self._uploaded_job()
        body = {"state": "UploadComplete"}
        assert self._client.patch(f"{ROOT}/jobs/ingest/{job}", json=body).status_code == 200
        return job

    def _query_job(self) -> str:
        body = {"operation": "query", "query": "SELECT Id FROM Account"}
        response = self._client.post(f"{ROOT}/jobs/query", json=body)
        assert response.status_code == 200, response.text
        return str(response.json()["id"])
