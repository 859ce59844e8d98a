"""Rows go through as they are, and a model that holds them is written as any other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from salesforce_connector.raw_rows import Rows, dump

values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9)
)
# A value, a parent, a list of children: as deep as a query's rows go.
rows = st.lists(
    st.dictionaries(
        st.text(max_size=9),
        values
        | st.dictionaries(st.text(max_size=9), values, max_size=3)
        | st.lists(st.dictionaries(st.text(max_size=9), values, max_size=3), max_size=3),
        max_size=4,
    ),
    max_size=4,
)


class _Plain(BaseModel):
    total: int
    records: list[dict[str, Any]]


class _Verbatim(BaseModel):
    total: int
    records: Rows


@pytest.mark.parametrize("wrong", [None, {}, "x", [1], [{}, None], ({},)])
def test_a_value_that_is_not_a_list_of_objects_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        _Verbatim.model_validate({"total": 0, "records": wrong})


@given(rows)
def test_is_written_as_any_other_model(records: list[dict[str, Any]]) -> None:
    locked = {"total": len(records), "records": records}
    plain = _Plain.model_validate(locked).model_dump(mode="json")
    assert dump(_Verbatim.model_validate(locked)) == plain
    assert list(dump(_Verbatim.model_validate(locked))) == list(plain)


def test_copies_nothing() -> None:
    inputs = [{"Name": "Acme"}]
    assert dump(_Verbatim.model_validate({"total": 1, "records": inputs}))["records"] is inputs


def test_is_described_as_any_other_model() -> None:
    described, plain = (
        item.model_json_schema(mode="serialization") for item in (_Verbatim, _Plain)
    )
    assert described["properties"] == plain["properties"]
