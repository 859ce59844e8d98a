"""The local org as pytest fixtures, there wherever the package is installed.

    def test_creates_an_account(salesforce_client):
        made = salesforce_client.post("/sobjects/Account", json={"Name": "Acme"})
        assert made.status_code == 201

pytest imports this module at each start, so that all else is imported when a fixture is used.

https://docs.pytest.org/en/stable/how-to/writing_plugins.html
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

    from salesforce_emulator.org.state import Org


@pytest.fixture
def salesforce_org() -> "Iterator[Org]":
    """A fresh org in memory, for this test alone; bulk jobs in it do not wait for the clock."""
    from salesforce_emulator.org.settings import Settings
    from salesforce_emulator.org.state import Org

    with Org(settings=Settings(bulk_wait=0)) as org:
        yield org


@pytest.fixture
def salesforce_client(salesforce_org: "Org") -> "Iterator[httpx.Client]":
    """An httpx client of that org's newest API, in process, signed in as its administrator."""
    import httpx

    from salesforce_emulator.http.versions import NEWEST
    from salesforce_emulator.identity import identity_of
    from salesforce_emulator.serving.transport import OrgTransport

    token = identity_of(salesforce_org).token_of(salesforce_org.admin_id)
    with httpx.Client(
        transport=OrgTransport(salesforce_org),
        base_url=f"https://{salesforce_org.host}/services/data/v{NEWEST}.0",
        headers={"Authorization": f"Bearer {token}"},
    ) as client:
        yield client
