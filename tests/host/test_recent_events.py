"""An event that a service sends again is handed on once."""

from connector_host.recent_events import MAX_AGE, MAX_EVENTS, RecentEvents


def test_an_event_is_new_once() -> None:
    first = RecentEvents(None)
    assert first.new_ones([{"id": "a"}, {"id": "a"}, {"id": "b"}]) == [{"id": "a"}, {"id": "b"}]

    again = RecentEvents(first.cursor)
    assert again.new_ones([{"id": "b"}, {"id": "c"}]) == [{"id": "c"}]


def test_what_is_older_than_a_service_sends_again_is_forgotten() -> None:
    first = RecentEvents(None, clock=lambda: 0.0)
    first.new_ones([{"id": "a"}])

    later = RecentEvents(first.cursor, clock=lambda: MAX_AGE + 1.0)
    assert later.cursor == {"handed_on": {}}


def test_the_cursor_is_bounded() -> None:
    times = iter(range(10**6))
    recent = RecentEvents(None, clock=lambda: float(next(times)))
    recent.new_ones([{"id": str(number)} for number in range(MAX_EVENTS + 5)])

    kept = recent.cursor["handed_on"]
    assert len(kept) == MAX_EVENTS
    assert "0" not in kept
