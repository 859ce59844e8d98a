"""Judges actions by name and calls by what they are, before a client sends any of them."""

import re
import threading
from collections import OrderedDict
from typing import Any, Final

from salesforce_connector.action import Call, Flow, LoadRecordRules
from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.metadata.record_rules import RecordRules
from salesforce_connector.policy import field_check
from salesforce_connector.policy.errors import action_not_allowed, unclear
from salesforce_connector.policy.known_fields import KnownFields
from salesforce_connector.policy.parsed_call import ask
from salesforce_connector.policy.resources import judge
from salesforce_connector.policy.rules import Rules
from salesforce_connector.pubsub import topics
from salesforce_connector.response import Response

MOST_LOCATORS: Final = 1_000  # of pages that are yet to be fetched

# In a JSON text a quote inside a string has a backslash before it, so this finds keys alone.
_NEXT_PAGE: Final = re.compile(rb'"nextRecordsUrl"\s*:\s*"(/services/data/[^"\\?#]+)"')

_PAGE: Final = re.compile(r"(/services/data/v\d+\.\d/\w+/\w+)-\d+", re.ASCII)


class Guard:
    """What one connection's calls are held to; safe to use from several threads.

    Attributes:
        open: Whether it lets every call through unread.
    """

    def __init__(self, settings: OrgSettings, known: KnownFields | None = None) -> None:
        """Make a guard.

        Args:
            settings: Of the connection.
            known: The rules that the connection's clients have loaded; None for a new start.
        """
        self._known = known or KnownFields()
        self._rules = Rules(read_only=settings.read_only, objects=settings.allowed_objects)
        self._actions = frozenset(settings.allowed_actions)
        self._locators: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()
        self._restricted = settings.read_only or bool(settings.allowed_objects)
        self._spelled = settings.check_fields
        self.open = not (self._restricted or self._spelled)

    def admit(self, name: str) -> None:
        """Let an action or a trigger be used.

        Raises:
            Forbidden: The connection is limited to others.
        """
        if self._actions and name not in self._actions:
            raise action_not_allowed(name)

    def judge(self, call: Call, root: str, body: Any) -> Flow[None]:
        """Judge a call; what is yielded are describes and the like that it takes to know.

        Args:
            call: Made by anybody.
            root: The path that the API version is under.
            body: The call's JSON, None when it has none.

        Raises:
            Forbidden: It does what the connection may not, or nobody can tell.
            Rejected: It writes a field that is not there, and the connection checks fields.
        """
        if self._restricted:
            yield from self._restrict(call, root, body)
        if self._spelled and isinstance(body, dict) and not call.checked:
            path = call.path if call.path.startswith("/services/") else root + call.path
            yield from field_check.check(call.method, path, body, self._known)

    def record_rules(self, step: LoadRecordRules) -> Flow[RecordRules | None]:
        """Give the rules for records of an object; None when the connection checks none.

        What cannot be described is left to Salesforce to judge.

        Raises:
            Forbidden: The connection may not use the object.
        """
        if not self._spelled:
            return None
        if self._rules.objects:
            self._rules.touches(step.sobject)
        return (yield from field_check.load(step.sobject, self._known, fresh=step.fresh))

    def _restrict(self, call: Call, root: str, body: Any) -> Flow[None]:
        if call.soap is not None:
            raise unclear("SOAP does not show which records it is about")
        path = call.path if call.path.startswith("/services/") else root + call.path
        if self._rules.objects and "defaultnamespace" in str(dict(call.headers)).lower():
            raise unclear("it gives names another meaning by a namespace")
        if call.method == "GET" and not call.params and self._is_known(path):
            return
        asked = ask(
            call.method,
            path,
            params=call.params,
            headers=call.headers,
            body=body,
            opaque=call.content is not None,
        )
        yield from judge(self._rules, asked)

    def listens(self, topic: str) -> None:
        """Judge a topic of the event bus; listening changes nothing.

        Raises:
            Forbidden: It tells of an object that the connection may not use, or nobody knows which.
        """
        if not self._rules.objects:
            return
        sobject = topics.subject(topic)
        if sobject is None:
            raise unclear("its topic tells of objects that it does not name")
        self._rules.touches(sobject)

    def learn(self, call: Call, answer: Response) -> None:
        """Take note of the pages that an answer says are still to come: they were judged."""
        if not self._rules.objects or call.into is not None or not answer.is_success:
            return
        with self._lock:
            for found in _NEXT_PAGE.finditer(answer.content):
                self._locators[_locator(found[1].decode("ascii", "replace"))] = None
            while len(self._locators) > MOST_LOCATORS:
                self._locators.popitem(last=False)

    def _is_known(self, path: str) -> bool:
        with self._lock:
            return _locator(path) in self._locators


def _locator(path: str) -> str:
    """Give what the pages of one query have in common: all before the offset."""
    found = _PAGE.fullmatch(path)
    return found[1] if found else path
