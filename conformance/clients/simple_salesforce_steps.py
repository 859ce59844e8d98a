"""simple-salesforce against a local org, which it takes for `https://local-org.my.salesforce.com`.

Names below `salesforce.com` lead to the org's port of loopback, as a resolver of a test network
would have it; the client itself is as it was installed.
"""

import base64
import os
import socket
from collections.abc import Callable
from typing import Any, Final

from simple_salesforce import Salesforce  # pyrefly: ignore

from conformance.clients.steps import Steps, expect

_ROWS: Final = 2_500  # more than a page
_PORT: Final = int(os.environ["ORG_PORT"])


def main() -> None:
    """Do all steps."""
    _resolve_to_loopback()
    steps = Steps()
    sf = steps.run(
        "sign in by client credentials",
        lambda: Salesforce(
            consumer_key=os.environ["ORG_KEY"],
            consumer_secret=os.environ["ORG_SECRET"],
            domain="local-org.my",
            version="62.0",
        ),
    )
    if sf is not None:
        _records(steps, sf)
        _families(steps, sf)
        _bulk(steps, sf)
        _files(steps, sf)


def _records(steps: Steps, sf: Any) -> None:
    account_id = steps.run("create", lambda: sf.Account.create({"Name": "Acme"})["id"])
    steps.run("get", lambda: expect(sf.Account.get(account_id)["Name"], "Acme"))
    steps.run("update", lambda: expect(sf.Account.update(account_id, {"Name": "Acme 2"}), 204))
    by_key = "External_Id__c/ss-1"
    steps.run("upsert, new", lambda: expect(sf.Account.upsert(by_key, {"Name": "U"}), 201))
    steps.run("upsert, there", lambda: expect(sf.Account.upsert(by_key, {"Name": "U"}), 200))
    steps.run(
        "get by external id",
        lambda: expect(sf.Account.get_by_custom_id("External_Id__c", "ss-1")["Name"], "U"),
    )
    steps.run("delete", lambda: expect(sf.Account.delete(account_id), 204))
    steps.run("query", lambda: expect(sf.query("SELECT Id FROM Account")["totalSize"], 1))
    steps.run("query of what is deleted", lambda: _deleted(sf, account_id))
    steps.run("describe global", lambda: sf.describe()["sobjects"][0]["name"])
    steps.run("describe", lambda: expect(sf.Account.describe()["name"], "Account"))
    steps.run(
        "metadata",
        lambda: expect(sf.Account.metadata()["objectDescribe"]["name"], "Account"),
    )
    steps.run("an error of its own", lambda: _expect_error(lambda: sf.Account.create({})))


def _deleted(sf: Any, record_id: str) -> None:
    result = sf.query("SELECT Id FROM Account WHERE IsDeleted = true", include_deleted=True)
    expect([record["Id"] for record in result["records"]], [record_id])


def _expect_error(operation: Callable[[], Any]) -> None:
    from simple_salesforce.exceptions import SalesforceMalformedRequest  # pyrefly: ignore

    try:
        operation()
    except SalesforceMalformedRequest as exc:
        expect(exc.content[0]["errorCode"], "REQUIRED_FIELD_MISSING")
        return
    raise AssertionError("it was not refused")


def _families(steps: Steps, sf: Any) -> None:
    steps.run("limits", lambda: sf.limits()["DailyApiRequests"])
    records = [{"attributes": {"type": "Contact"}, "LastName": f"C{n}"} for n in range(3)]
    steps.run(
        "collections",
        lambda: expect(
            [
                item["success"]
                for item in sf.restful(
                    "composite/sobjects", method="POST", json={"records": records}
                )
            ],
            [True] * 3,
        ),
    )
    steps.run("search", lambda: sf.search("FIND {C1} RETURNING Contact(Id)")["searchRecords"])
    steps.run("quick search", lambda: sf.quick_search("C1")["searchRecords"])
    steps.run("usage of the API", lambda: sf.api_usage["api-usage"])
    steps.run("recent", lambda: sf.restful("recent"))
    steps.run("identity", lambda: expect(sf.oauth2("userinfo")["organization_id"][:3], "00D"))


def _bulk(steps: Steps, sf: Any) -> None:
    rows = [{"Company": "Acme", "LastName": f"Lead {n}"} for n in range(_ROWS)]

    def inserted() -> None:
        result = sf.bulk2.Lead.insert(records=rows)
        expect(sum(int(prepared["numberRecordsProcessed"]) for prepared in result), _ROWS)
        expect(sum(int(prepared["numberRecordsFailed"]) for prepared in result), 0)

    steps.run("bulk 2.0 insert", inserted)
    steps.run(
        "query with paging",
        lambda: expect(len(list(sf.query_all_iter("SELECT Id, LastName FROM Lead"))), _ROWS),
    )
    steps.run(
        "bulk 2.0 query",
        lambda: expect(
            sum(page.count("\n") - 1 for page in sf.bulk2.Lead.query("SELECT Id FROM Lead")), _ROWS
        ),
    )

    def removed() -> None:
        ids = [record["Id"] for record in sf.query_all("SELECT Id FROM Lead LIMIT 100")["records"]]
        result = sf.bulk2.Lead.delete(records=[{"Id": record_id} for record_id in ids])
        expect(result[0]["numberRecordsFailed"], 0)

    steps.run("bulk 2.0 delete", removed)


def _files(steps: Steps, sf: Any) -> None:
    data = b"\x00\x01 a file"
    version_id = steps.run(
        "upload a file",
        lambda: sf.ContentVersion.create(
            {
                "Title": "A file",
                "PathOnClient": "a.bin",
                "VersionData": base64.b64encode(data).decode(),
            }
        )["id"],
    )
    steps.run(
        "download a file",
        lambda: expect(sf.ContentVersion.get_base64(version_id, "VersionData"), data),
    )


def _resolve_to_loopback() -> None:
    real = socket.getaddrinfo

    def resolve(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if isinstance(host, str) and host.endswith(".salesforce.com"):
            host, port = "127.0.0.1", _PORT
        return real(host, port, *args, **options)

    socket.getaddrinfo = resolve


if __name__ == "__main__":
    main()
