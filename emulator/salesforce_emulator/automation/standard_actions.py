"""The standard actions that the local org has: e-mail, Chatter, submit for approval.

https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_obj_standard.htm
"""

from typing import Final

from salesforce_emulator.automation import chatter_posts, emails, submit_action
from salesforce_emulator.automation.invocable import STANDARD, InvocableAction

# Standard actions of real orgs that the local org has not: the error names them.
NOT_OFFERED: Final = frozenset(
    {
        "assignenablementprogram", "contentworkspaceenablefolders", "createcustomnotification",
        "createservicereport", "customnotificationaction", "deactivatesessionpermset",
        "activatesessionpermset", "choosepricebook", "getrecommendation", "managedcontentrelease",
        "publishmanagedcontent", "quickcreate", "routework", "skillsbasedrouting", "slack",
        "thanks", "generatepromptresponse", "geteligibleactions", "flowapprovalprocess",
    }
)  # fmt: skip


def standard_actions(version: float) -> tuple[InvocableAction, ...]:
    """Return the actions as they are in an API version, in the order of a list."""
    return (
        InvocableAction(
            name="chatterPost",
            label="Post to Chatter",
            kind=STANDARD,
            type="CHATTERPOST",
            description="Post to a record, user or group feed.",
            inputs=chatter_posts.INPUTS,
            outputs=chatter_posts.OUTPUTS,
            run=chatter_posts.post,
        ),
        InvocableAction(
            name="emailSimple",
            label="Send Email",
            kind=STANDARD,
            type="EMAILSIMPLE",
            description="Send an email to recipients that you name.",
            inputs=emails.inputs(version),
            run=emails.send,
        ),
        InvocableAction(
            name="submit",
            label="Submit for Approval",
            kind=STANDARD,
            type="SUBMITAPPROVAL",
            description="Submit a record for approval.",
            inputs=submit_action.INPUTS,
            outputs=submit_action.OUTPUTS,
            run=submit_action.run,
        ),
    )
