"""Pytest fixtures of the local org, available wherever the package is installed.

    def test_creates_an_account(salesforce_client):
        response = salesforce_client.post("/sobjects/Account", json={"Name": "Acme"})
        assert response.status_code == 201

pytest imports this module at each start, so everything else is imported when a fixture is used; a
dependency that is missing then fails the tests that use it, and no others.

https://docs.pytest.org/en/stable/how-to/writing_plugins.html
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

    from salesforce_emulator.org.state import Org


@pytest.fixture
def salesforce_org() -> "Iterator[Org]":
    """A new org in memory for this test; each read of a bulk job advances it."""
    with _explain_missing_dependency():
        from salesforce_emulator.opening import open_org
        from salesforce_emulator.org.settings import Settings

    with open_org(settings=Settings(bulk_wait=0)) as org:
        yield org


@pytest.fixture
def salesforce_client(salesforce_org: "Org") -> "Iterator[httpx.Client]":
    """An httpx client of the org's newest REST API, signed in as its administrator."""
    with _explain_missing_dependency():
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


@contextmanager
def _explain_missing_dependency() -> Generator[None]:
    try:
        yield
    except ImportError as exc:
        pytest.fail(
            f"The local org cannot be used: {exc}. Install it with what it needs:"
            " pip install --upgrade salesforce-local-org",
            pytrace=False,
        )
