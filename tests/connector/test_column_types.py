"""Cells of bulk jobs as values: what is typed, what stays a text, and what is none of its type."""

import pytest

from salesforce_connector.bulk.column_types import read_cells, sent_value
from salesforce_connector.errors import BadReply


@pytest.mark.parametrize(
    ("type_", "cell"),
    [("int", "zzz"), ("int", "7.5"), ("double", "many"), ("int", "1e400"), ("long", "--1")],
)
def test_a_cell_that_is_none_of_its_type(type_: str, cell: str) -> None:
    """Read, it is Salesforce's fault; sent, it is what somebody wrote."""
    with pytest.raises(BadReply) as error:
        read_cells(type_, [cell])
    assert cell not in str(error.value)
    assert sent_value(type_, cell) == cell


@pytest.mark.parametrize(
    ("type_", "cell", "value"),
    [
        ("int", "7", 7),
        ("int", "-7.0", -7),
        ("long", "9007199254740993", 9007199254740993),
        ("double", "1.5E2", 150.0),
        ("boolean", "TRUE", True),
        ("datetime", "2026-01-31T09:00:00.000Z", "2026-01-31T09:00:00.000+0000"),
        ("string", "0012", "0012"),
        ("picklist", "NA", "NA"),
        ("", "7", "7"),
    ],
)
def test_a_cell_has_the_type_of_its_field(type_: str, cell: str, value: object) -> None:
    (read,) = read_cells(type_, [cell])
    assert (read, type(read)) == (value, type(value))


def test_an_empty_cell_that_was_read_is_null_and_one_that_was_sent_is_not() -> None:
    """Sent back as null it would clear the field that it left."""
    assert read_cells("int", [""]) == read_cells("string", [""]) == [None]
    assert (sent_value("int", ""), sent_value("int", "#N/A")) == ("", None)
