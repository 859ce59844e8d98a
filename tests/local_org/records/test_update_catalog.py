"""`tools/update_catalog.py` needs only files of the repository."""

import copy
import json

import pytest

from tools.documented_objects import OBJECTS
from tools.update_catalog import CATALOG, TABLE, add_documented, correct, restrict_picklists


def test_documented_objects_are_in_the_catalog() -> None:
    objects, table = json.loads(CATALOG.read_text()), json.loads(TABLE.read_text())
    before = copy.deepcopy((objects, table))

    add_documented(objects)
    correct(objects)
    restrict_picklists(table)

    assert (objects, table) == before


@pytest.mark.parametrize("name", ["QuoteLineItem", "OpportunityTeamMember"])
def test_an_object_that_is_documented_is_added(name: str) -> None:
    objects = json.loads(CATALOG.read_text())
    removed = objects.pop(name)

    add_documented(objects)
    correct(objects)

    assert name in OBJECTS
    assert objects[name]["fields"] == removed["fields"]
    assert objects[name]["flags"] == removed["flags"]
