"""A caller of the partner API, as a fixture."""

import httpx
import pytest
from local_org.soap.partner import Partner

from salesforce_emulator.org.state import Org


@pytest.fixture
def partner(anonymous: httpx.Client, org: Org, token: str) -> Partner:
    """The administrator."""
    return Partner(anonymous, org, token)
