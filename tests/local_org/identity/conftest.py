"""An org that stands still in time, and the products that sign in to it as their apps."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from local_org.identity.products import MY_DOMAIN, InProcess, Product

from salesforce_emulator.clock import Clock
from salesforce_emulator.identity import Identity, identity_of
from salesforce_emulator.org import Org


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 20, 12, tzinfo=UTC))


@pytest.fixture
def org(clock: Clock) -> Iterator[Org]:
    with Org(clock=clock) as opened:
        yield opened


@pytest.fixture
def identity(org: Org) -> Identity:
    return identity_of(org)


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as opened:
        yield opened


@pytest.fixture
def browser(org: Org, portal: BlockingPortal) -> Iterator[httpx.Client]:
    with httpx.Client(transport=InProcess(org, portal)) as client:
        yield client


@pytest.fixture
def product(identity: Identity, browser: httpx.Client) -> Callable[..., Product]:
    """Make the product of an app, by the app's name."""

    def made(name: str, base: str = MY_DOMAIN, **switches: Any) -> Product:
        app = identity.apps.change(name, **switches) if switches else identity.apps[name]
        return Product(app, browser, base)

    return made
