"""update_note: another title, another text, or more of it."""

from base64 import b64decode
from typing import Any

import httpx
import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.update_note import Input, flow
from salesforce_connector.errors import BadReply, Conflict

NOTE = "069D00000000so2IAA"
SAVED = httpx.Response(204)


@pytest.mark.parametrize("inputs", [{}, {"title": ""}, {"title": "a", "mode": "append"}])
def test_refuses_what_changes_nothing(inputs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Input.model_validate({"id": NOTE, **inputs})


def test_a_note_without_a_date_is_a_bad_reply() -> None:
    run = drive(flow(Input(id=NOTE, text="x", mode="append")), ok({"Id": NOTE}))
    assert isinstance(run.error, BadReply)


def test_only_the_inputs_that_are_set_are_written() -> None:
    (call,) = drive(flow(Input(id=NOTE, title="Second")), SAVED).calls
    assert (call.method, call.path) == ("PATCH", f"/sobjects/ContentNote/{NOTE}")
    assert (call.json, call.headers) == ({"Title": "Second"}, {})


def test_a_text_takes_the_place_of_the_old_one() -> None:
    (call,) = drive(flow(Input(id=NOTE, text="1 < 2\n3")), SAVED).calls
    assert b64decode(call.json["Content"]) == b"<p>1 &lt; 2</p><p>3</p>"


def test_a_text_is_added_if_nobody_changed_the_note_since_it_was_read() -> None:
    modified = {"LastModifiedDate": "2026-01-31T09:00:00.000+0000"}
    run = drive(
        flow(Input(id=NOTE, text="more", mode="append")),
        ok(modified),
        httpx.Response(200, content=b"<p>before</p>"),
        SAVED,
    )
    assert b64decode(run.calls[-1].json["Content"]) == b"<p>before</p><p>more</p>"
    assert run.calls[-1].headers == {"If-Unmodified-Since": "Sat, 31 Jan 2026 09:00:00 GMT"}


def test_a_change_in_between_is_a_conflict() -> None:
    since = "2026-01-30T00:00:00Z"
    args = Input.model_validate({"id": NOTE, "text": "x", "if_unmodified_since": since})
    run = drive(flow(args), httpx.Response(412))
    assert isinstance(run.error, Conflict)
    assert run.calls[0].headers == {"If-Unmodified-Since": "Fri, 30 Jan 2026 00:00:00 GMT"}
