"""`new_or_changed_email_template` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(poll: Callable[..., Any]) -> None:
    """A field that is not there is named by Salesforce."""
    with pytest.raises(Rejected, match="No such column 'Nmae'"):
        poll("new_or_changed_email_template", {"fields": ["Nmae"], "start": "everything"})


def test_succeeds(run: Callable[..., Any], poll: Callable[..., Any]) -> None:
    user = run("get_user_info", {})
    _, cursor = poll("new_or_changed_email_template", {})
    fields = {
        "Name": "Welcome",
        "DeveloperName": "Welcome_1",
        "TemplateType": "text",
        "FolderId": user["organization_id"],
        "OwnerId": user["user_id"],
        "Encoding": "UTF-8",
        "TemplateStyle": "none",
        "IsActive": True,
    }
    run("create_record", {"sobject": "EmailTemplate", "fields": fields})
    events, cursor = poll("new_or_changed_email_template", {}, cursor)
    assert [event["change"] for event in events] == ["created"]
    assert poll("new_or_changed_email_template", {}, cursor)[0] == []
