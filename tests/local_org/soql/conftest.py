"""A fixture that runs statements."""

import pytest
from local_org.soql.family import Family
from local_org.soql.questions import Asker

from salesforce_emulator.org.state import Org


@pytest.fixture
def ask(org: Org) -> Asker:
    """The administrator."""
    return Asker(org, org.admin_id)


@pytest.fixture
def family(ask: Asker) -> Family:
    """A few related records."""
    return Family(ask)
