"""aiosalesforce against a local org; it takes no other host than `*.my.salesforce.com`.

The httpx client that it is given sends everything to loopback, with the name as SNI and Host.
"""

import asyncio
import os
import ssl
from typing import Any, Final

import httpx
from aiosalesforce import Salesforce  # pyrefly: ignore
from aiosalesforce.auth import ClientCredentialsFlow  # pyrefly: ignore

from conformance.clients.steps import Steps, expect

_PORT: Final = int(os.environ["ORG_PORT"])
_HOST: Final = "local-org.my.salesforce.com"
_ROWS: Final = 2_500  # more than a page


class _Loopback(httpx.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions = {**request.extensions, "sni_hostname": request.url.host}
        request.url = request.url.copy_with(host="127.0.0.1", port=_PORT)
        return await super().handle_async_request(request)


async def main() -> None:
    """Do all steps."""
    steps = Steps()
    trusting = ssl.create_default_context(cafile=os.environ["ORG_CA"])
    async with httpx.AsyncClient(transport=_Loopback(verify=trusting), timeout=60) as client:
        auth = ClientCredentialsFlow(os.environ["ORG_KEY"], os.environ["ORG_SECRET"])
        sf = Salesforce(client, f"https://{_HOST}", auth, version="62.0")
        await steps.wait_for("sign in by client credentials", sf.get_limits)
        await _records(steps, sf)
        await _families(steps, sf)
        await _bulk(steps, sf)


async def _records(steps: Steps, sf: Any) -> None:
    acme = {"Name": "Acme"}
    account_id = await steps.wait_for("create", lambda: sf.sobject.create("Account", acme))

    async def get_account() -> None:
        expect((await sf.sobject.get("Account", account_id))["Name"], "Acme")

    await steps.wait_for("get", get_account)
    await steps.wait_for("update", lambda: sf.sobject.update("Account", account_id, {"Name": "B"}))

    async def upserted() -> None:
        for created in (True, False):
            result = await sf.sobject.upsert("Account", "ai-1", "External_Id__c", {"Name": "U"})
            expect(result.created, created)

    await steps.wait_for("upsert, new and there", upserted)

    async def got_by_key() -> None:
        account = await sf.sobject.get("Account", "ai-1", external_id_field="External_Id__c")
        expect(account["Name"], "U")

    await steps.wait_for("get by external id", got_by_key)
    await steps.wait_for("delete", lambda: sf.sobject.delete("Account", account_id))

    async def queried() -> None:
        accounts = [item async for item in sf.query("SELECT Id FROM Account")]
        expect(len(accounts), 1)

    await steps.wait_for("query", queried)

    async def queried_all() -> None:
        text = "SELECT Id FROM Account WHERE IsDeleted = true"
        expect(
            [item["Id"] async for item in sf.query(text, include_all_records=True)], [account_id]
        )

    await steps.wait_for("query of what is deleted", queried_all)


async def _families(steps: Steps, sf: Any) -> None:
    async def batched() -> None:
        async with sf.composite.batch() as batch:
            query = batch.query("SELECT Id FROM Account")
            contact = batch.sobject.create("Contact", {"LastName": "Batch"})
        expect(len(query.records), 1)
        expect(contact.is_success, True)

    await steps.wait_for("composite batch", batched)

    async def composed() -> None:
        async with sf.composite(all_or_none=True) as composite:
            account = composite.sobject.create("Account", {"Name": "Above"})
            contact = composite.sobject.create(
                "Contact", {"LastName": "Below", "AccountId": str(account.reference.id)}
            )
        expect(contact.response_body["errors"], [])

    await steps.wait_for("composite with a reference", composed)


async def _bulk(steps: Steps, sf: Any) -> None:
    async def inserted() -> None:
        rows = [{"Company": "Acme", "LastName": f"Lead {n}"} for n in range(_ROWS)]
        result = await sf.bulk_v2.insert("Lead", rows)
        expect(len(result.successful_results), _ROWS)
        expect(len(result.failed_results), 0)

    await steps.wait_for("bulk 2.0 insert", inserted)

    async def paged() -> None:
        expect(len([item async for item in sf.query("SELECT Id FROM Lead")]), _ROWS)

    await steps.wait_for("query with paging", paged)

    async def removed() -> None:
        lead_ids = [item["Id"] async for item in sf.query("SELECT Id FROM Lead LIMIT 100")]
        result = await sf.bulk_v2.delete("Lead", [{"Id": record} for record in lead_ids])
        expect(len(result.successful_results), 100)

    await steps.wait_for("bulk 2.0 delete", removed)


if __name__ == "__main__":
    asyncio.run(main())
