"""A model of one topic of the event bus: places, retention, and who is told what, without gRPC."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx

from salesforce_connector.errors import ConnectorError, Rejected
from salesforce_connector.flow import Call, Delivered, Fetch, Fetched, Flow, Note, Progress
from salesforce_connector.http.pipeline import START

RETENTION = timedelta(hours=72)
KEEPALIVE = 270.0  # seconds within which an empty answer comes
CORRUPTED = "sfdc.platform.eventbus.grpc.subscription.fetch.replayid.corrupted"


@dataclass
class ModelBus:
    """Replay ids have gaps, and end 72 hours after they were given.

    Attributes:
        fetches: All that was asked, oldest first.
        meanwhile: Published while the next fetch that is at the tip waits, if it waits so long.
    """

    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    published: list[tuple[datetime, bytes]] = field(default_factory=list)
    fetches: list[Fetch] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    meanwhile: int = 0
    silent: bool = False
    _issued: dict[bytes, tuple[datetime, int]] = field(default_factory=dict)

    def publish(self, count: int = 1) -> None:
        for _ in range(count):
            number = len(self.published)
            self.published.append((self.now, f"event-{number}".encode()))

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)

    def serve(self, fetch: Fetch) -> Fetched | ConnectorError:
        self.fetches.append(fetch)
        retained = [i for i, (at, _) in enumerate(self.published) if self.now - at <= RETENTION]
        position = retained[0] if retained else len(self.published)
        if fetch.after == "latest":
            position = len(self.published)
        elif isinstance(fetch.after, bytes):
            at, expected = self._issued.get(fetch.after, (datetime.min.replace(tzinfo=UTC), 0))
            if self.now - at > RETENTION:
                return Rejected("The Replay ID validation failed.", code=CORRUPTED)
            position = max(position, expected)
        if position >= len(self.published) and self.meanwhile:
            self.advance(seconds=1)
            self.publish(self.meanwhile)
            self.meanwhile = 0
        events = [self._delivered(i) for i in range(position, len(self.published))][: fetch.most]
        latest = None
        if not events and fetch.wait >= KEEPALIVE and not self.silent:
            self.advance(seconds=KEEPALIVE)
            latest = self._id(len(self.published), self.now)
        return Fetched(events, latest, self.now)

    def drive(self, flow: Flow[Any]) -> Any:
        """Run a flow to its end."""
        try:
            step = flow.send(START)
            while True:
                match step:
                    case Fetch():
                        outcome = self.serve(step)
                        if isinstance(outcome, ConnectorError):
                            step = flow.throw(outcome)
                        else:
                            step = flow.send(cast(httpx.Response, outcome))
                        continue
                    case Note():
                        self.notes.append(step.message)
                    case Call() | Progress():
                        raise AssertionError(step)
                step = flow.send(START)
        except StopIteration as done:
            return done.value

    def _delivered(self, number: int) -> Delivered:
        at, payload = self.published[number]
        return Delivered(payload.decode(), self._id(number + 1, at), "{}", payload)

    def _id(self, position: int, at: datetime) -> bytes:
        replay_id = f"{position * 7} {at.timestamp()}".encode()
        self._issued[replay_id] = (at, position)
        return replay_id
