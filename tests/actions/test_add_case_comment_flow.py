"""add_case_comment: whose it is, and who sees it."""

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.add_case_comment import Input, flow


def test_refuses_an_empty_comment() -> None:
    with pytest.raises(ValidationError):
        Input(case_id="500D000000abcdEIAQ", comment="")


@pytest.mark.parametrize("public", [True, False])
def test_hides_a_comment_unless_requested_to_show_it(public: bool) -> None:
    run = drive(
        flow(Input(case_id="500D000000abcdEIAQ", comment="hi", public=public)),
        ok({"id": "00a", "success": True, "errors": []}, 201),
    )

    assert run.calls[0].path == "/sobjects/CaseComment"
    assert run.calls[0].json == {
        "ParentId": "500D000000abcdEIAQ",
        "CommentBody": "hi",
        "IsPublished": public,
    }
    assert run.output.id == "00a"
