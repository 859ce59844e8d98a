"""Fixtures: products that sign in to the test's org as their apps."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from local_org.identity.products import MY_DOMAIN, Product

from salesforce_emulator.identity import Identity, identity_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport


@pytest.fixture
def identity(org: Org) -> Identity:
    return identity_of(org)


@pytest.fixture
def browser(org: Org) -> Iterator[httpx.Client]:
    with httpx.Client(transport=OrgTransport(org)) as client:
        yield client


@pytest.fixture
def product(identity: Identity, browser: httpx.Client) -> Callable[..., Product]:
    """Make the product of an app, by the app's name."""

    def make(name: str, base: str = MY_DOMAIN, **switches: Any) -> Product:
        app = identity.apps.change(name, **switches) if switches else identity.apps[name]
        return Product(app, browser, base)

    return make
