"""Answers kept for a while, so that a describe is not fetched twice.

Salesforce says with 304 that what is kept still holds; within a few seconds it is not even asked.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/sobject_describe_with_ifmodified_header.htm
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from salesforce_connector.action import Call
from salesforce_connector.response import Response

FRESH: Final = 30.0  # seconds in which Salesforce is not asked again
MOST: Final = 64  # a describe is 100 kB to 1 MB


@dataclass(slots=True)
class _Answer:
    response: Response
    tag: str
    modified: str
    asked: float


class Kept:
    """Answers of one client, by path and parameters; the oldest goes when there are too many."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with none; `clock` gives seconds."""
        self._clock = clock
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._guard = threading.Lock()

    def fresh(self, call: Call) -> Response | None:
        """Give the answer to a call when it is too young to be asked for again."""
        if not call.cached:
            return None
        with self._guard:
            found = self._answers.get(_key(call))
        if found is None or self._clock() - found.asked > FRESH:
            return None
        return found.response

    def conditions(self, call: Call) -> dict[str, str]:
        """Give the headers that ask only for what has changed."""
        if not call.cached:
            return {}
        with self._guard:
            found = self._answers.get(_key(call))
        if found is None:
            return {}
        said = {"If-None-Match": found.tag, "If-Modified-Since": found.modified}
        return {name: value for name, value in said.items() if value}

    def settle(self, call: Call, answer: Response) -> Response:
        """Keep a new answer; give the kept one for a 304."""
        if not call.cached:
            return answer
        with self._guard:
            found = self._answers.get(_key(call))
            if answer.status_code == 304 and found is not None:
                found.asked = self._clock()
                self._answers.move_to_end(_key(call))
                return found.response
            if answer.status_code == 200:
                self._answers[_key(call)] = _Answer(
                    answer,
                    answer.headers.get("etag", ""),
                    answer.headers.get("last-modified", ""),
                    self._clock(),
                )
                while len(self._answers) > MOST:
                    self._answers.popitem(last=False)
        return answer


def _key(call: Call) -> str:
    return f"{call.path}?{sorted(call.params.items())}"
