"""Fixtures of the tests of records."""

import pytest
from local_org.records.desk import Desk

from salesforce_emulator.org.access import Access
from salesforce_emulator.org.state import Org


@pytest.fixture
def desk(org: Org, access: Access) -> Desk:
    return Desk(org, access)
