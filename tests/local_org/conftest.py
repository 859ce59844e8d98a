"""Fixtures: a local org with a stopped clock, and signed-in clients."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from local_org.rest_calls import create_record

from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.access import Access
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def org(clock: Clock) -> Iterator[Org]:
    """An org in memory; an error that no rule foresaw fails the test."""
    with open_org(clock=clock, settings=Settings(reraises=True)) as created:
        yield created


@pytest.fixture
def access(org: Org) -> Access:
    """What the administrator may do."""
    return org.access(org.admin_id)


@pytest.fixture
def token(org: Org) -> str:
    """An access token of the administrator's."""
    return token_of(org, org.admin_id)


@pytest.fixture
def anonymous(org: Org) -> Iterator[httpx.Client]:
    """A client of the org that is not signed in."""
    with httpx.Client(transport=OrgTransport(org), base_url=f"https://{org.host}") as created:
        yield created


@pytest.fixture
def client(org: Org, token: str) -> Iterator[httpx.Client]:
    """A client of the API's newest version, signed in as the administrator."""
    with httpx.Client(
        transport=OrgTransport(org),
        base_url=f"https://{org.host}/services/data/v68.0",
        headers={"Authorization": f"Bearer {token}"},
    ) as created:
        yield created


def token_of(org: Org, user_id: str) -> str:
    """Begin a session of the `automation` app for a user and give its access token."""
    identity = identity_of(org)
    user = identity.user(user_id)
    app = next(app for app in identity.apps if app.name == "automation")
    assert user is not None
    with org.transaction():
        session = identity.open_session(app, user, ("api",))
        return identity.sessions.token(session)


@pytest.fixture
def acme(client: httpx.Client) -> str:
    """The id of an account."""
    return create_record(client, "Account", Name="Acme")
