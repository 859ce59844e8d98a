"""Summaries of a record's activities: last date, open, overdue."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from local_org.rest_calls import create_record, update_record

from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org
from salesforce_emulator.schema.attachable import with_attachable


def activity_summary(client: httpx.Client, sobject: str, record_id: str) -> Any:
    row = client.get(f"/sobjects/{sobject}/{record_id}").json()
    names = ("LastActivityDate", "HasOpenActivity", "HasOverdueTask")
    result = [row[name] for name in names if name in row]
    return result if len(result) > 1 else result[0]


def opportunity(client: httpx.Client, **fields: object) -> str:
    return create_record(
        client, "Opportunity", Name="O", StageName="Prospecting", CloseDate="2027-01-31", **fields
    )


def test_an_open_task_is_no_activity_yet(client: httpx.Client) -> None:
    account = create_record(client, "Account", Name="A")
    task = create_record(client, "Task", Subject="S", WhatId=account, ActivityDate="2026-11-20")
    assert activity_summary(client, "Account", account) is None

    update_record(client, "Task", task, Status="Completed")
    assert activity_summary(client, "Account", account) == "2026-11-20"


@pytest.mark.parametrize("sobject", ["Account", "Contact", "Lead", "Campaign", "Contract"])
def test_last_activity_is_the_latest_event_or_closed_task(
    client: httpx.Client, sobject: str
) -> None:
    account = create_record(client, "Account", Name="A")
    values = {
        "Account": {"Name": "A"},
        "Contact": {"LastName": "C"},
        "Lead": {"LastName": "L", "Company": "C"},
        "Campaign": {"Name": "C"},
        "Contract": {"AccountId": account, "Status": "Draft"},
    }
    record = create_record(client, sobject, **values[sobject])
    pointer = "WhoId" if sobject in {"Contact", "Lead"} else "WhatId"
    times = {"StartDateTime": "2026-11-25T10:00:00Z", "DurationInMinutes": 30}
    event = create_record(client, "Event", **times, **{pointer: record})
    done = {"Status": "Completed", "ActivityDate": "2026-11-21", pointer: record}
    create_record(client, "Task", Subject="S", **done)
    assert activity_summary(client, sobject, record) == "2026-11-25"

    client.delete(f"/sobjects/Event/{event}")
    assert activity_summary(client, sobject, record) == "2026-11-21"


def test_an_account_includes_its_contacts_activities(
    client: httpx.Client,
) -> None:
    first, second = (create_record(client, "Account", Name=name) for name in "AB")
    contact = create_record(client, "Contact", LastName="C", AccountId=first)
    done = {"Status": "Completed", "ActivityDate": "2026-11-21"}
    task = create_record(client, "Task", Subject="S", WhoId=contact, **done)
    assert activity_summary(client, "Account", first) == "2026-11-21"

    update_record(client, "Task", task, WhoId=None, WhatId=second)
    assert activity_summary(client, "Account", first) is None
    assert activity_summary(client, "Contact", contact) is None
    assert activity_summary(client, "Account", second) == "2026-11-21"


def test_an_opportunity_has_open_and_overdue_flags(client: httpx.Client) -> None:
    deal = opportunity(client)
    assert activity_summary(client, "Opportunity", deal) == [None, False, False]
    task = create_record(client, "Task", Subject="S", WhatId=deal, ActivityDate="2026-11-21")
    assert activity_summary(client, "Opportunity", deal) == [None, True, True]

    update_record(client, "Task", task, ActivityDate="2026-11-22")
    assert activity_summary(client, "Opportunity", deal) == [None, True, False]
    update_record(client, "Task", task, Status="Completed")
    assert activity_summary(client, "Opportunity", deal) == ["2026-11-22", False, False]


def test_activities_become_overdue_as_time_passes(
    org: Org, client: httpx.Client, clock: Clock
) -> None:
    late, attempt = opportunity(client), opportunity(client)
    create_record(client, "Task", Subject="S", WhatId=late, ActivityDate="2026-11-22")
    times = {"StartDateTime": "2026-11-22T12:30:00Z", "DurationInMinutes": 30}
    create_record(client, "Event", WhatId=attempt, **times)
    assert activity_summary(client, "Opportunity", attempt) == ["2026-11-22", True, False]

    clock.advance(timedelta(hours=1, minutes=1))
    assert activity_summary(client, "Opportunity", attempt) == ["2026-11-22", False, False]
    clock.advance(timedelta(hours=11))
    client.headers["Authorization"] = f"Bearer {identity_of(org).token_of(org.admin_id)}"
    assert activity_summary(client, "Opportunity", late) == [None, True, True]


def test_a_custom_object_with_activities_has_last_activity_date(
    org: Org, client: httpx.Client
) -> None:
    org.extend(with_attachable(org.schema, "Invoice__c", activities=True))
    invoice = create_record(client, "Invoice__c")
    done = {"Status": "Completed", "ActivityDate": "2026-11-21"}
    create_record(client, "Task", Subject="S", WhatId=invoice, **done)

    assert activity_summary(client, "Invoice__c", invoice) == "2026-11-21"


def test_a_user_has_the_last_login_date(org: Org, client: httpx.Client, clock: Clock) -> None:
    identity = identity_of(org)
    user = identity.user(org.admin_id)
    assert user is not None
    clock.advance(timedelta(minutes=5))
    identity.check_sign_in(user, "127.0.0.1")

    row = client.get(f"/sobjects/User/{org.admin_id}").json()
    assert row["LastLoginDate"] == "2026-11-22T12:05:00.000+0000"
