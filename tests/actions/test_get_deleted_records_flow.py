"""get_deleted_records: what is gone, and since when."""

from datetime import UTC, datetime

from flow_driver import drive, ok

from salesforce_actions.actions.get_deleted_records import DeletedRecord, Input, Output, flow
from salesforce_connector.errors import BadReply

GIVEN = Input(
    sobject="Account",
    start=datetime(2026, 11, 21, tzinfo=UTC),
    end=datetime(2026, 11, 22, tzinfo=UTC),
)


def test_does_not_take_an_answer_without_dates() -> None:
    assert isinstance(drive(flow(GIVEN), ok({"deletedRecords": []})).error, BadReply)


def test_returns_ids_with_the_time_of_their_deletion() -> None:
    run = drive(
        flow(GIVEN),
        ok(
            {
                "deletedRecords": [{"id": "001", "deletedDate": "2026-11-21T07:00:00.000+0000"}],
                "earliestDateAvailable": "2026-10-01T00:00:00.000+0000",
                "latestDateCovered": "2026-11-21T23:00:00.000+0000",
            }
        ),
    )

    assert run.calls[0].path == "/sobjects/Account/deleted/"
    assert run.output == Output(
        records=[DeletedRecord(id="001", deleted_at="2026-11-21T07:00:00.000+0000")],
        earliest_date_available="2026-10-01T00:00:00.000+0000",
        latest_date_covered="2026-11-21T23:00:00.000+0000",
    )
