"""Which events a pushed trigger has handed on: a service may send one again."""

import time
from collections.abc import Callable, Mapping
from typing import Final

from connector_host.hookspecs import Json, JsonObject

MAX_AGE: Final = 48 * 3_600  # seconds; services send again for a day
MAX_EVENTS: Final = 10_000  # the oldest are forgotten first


class RecentEvents:
    """The ids of the newest events of one trigger, kept in its cursor."""

    def __init__(
        self, cursor: Mapping[str, Json] | None, clock: Callable[[], float] = time.time
    ) -> None:
        """Args:
        cursor: As stored before; None at first.
        clock: Gives seconds since 1970.
        """
        self._clock = clock
        stored: JsonObject = dict((cursor or {}).get("handed_on", {}))
        oldest = clock() - MAX_AGE
        self._at: dict[str, float] = {id_: at for id_, at in stored.items() if at >= oldest}

    def new_ones(self, events: list[Json]) -> list[Json]:
        """Give the events that were not handed on before, each once, and remember them."""
        new: list[Json] = []
        for event in events:
            if event["id"] not in self._at:
                self._at[event["id"]] = self._clock()
                new.append(event)
        return new

    @property
    def cursor(self) -> JsonObject:
        """What to store once the events have been handed on."""
        newest = sorted(self._at.items(), key=lambda entry: entry[1])[-MAX_EVENTS:]
        return {"handed_on": dict(newest)}
