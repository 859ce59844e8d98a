"""Checks actions by name and calls by what they are, before a client sends any of them."""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Final

from pydantic_core import from_json

from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.errors import ConnectorError, Forbidden
from salesforce_connector.flow import Call, Flow, LoadRecordRules
from salesforce_connector.metadata.record_rules import RecordRules
from salesforce_connector.policy import field_check
from salesforce_connector.policy.errors import action_not_allowed, unverifiable
from salesforce_connector.policy.known_fields import KnownFields
from salesforce_connector.policy.rules import Rules
from salesforce_connector.response import Response

MAX_LOCATORS: Final = 1_000  # of pages that are yet to be fetched

_LOCATOR: Final = r"(?a)(/services/data/v\d+\.\d/query(?:All)?/[A-Za-z0-9]+)(?:-\d+)?"

# Resources whose responses hold pages of queries, all of which were checked before they were sent.
_HAS_PAGES: Final = r"/services/data/v\d+\.\d/(?:query|queryAll|composite)(?:/|$)"


class Policy:
    """What one connection's calls are held to; safe to use from several threads."""

    def __init__(self, settings: OrgSettings, known_fields: KnownFields | None = None) -> None:
        """Make a policy.

        Args:
            settings: Of the connection.
            known_fields: The rules that the connection's clients have loaded; None to begin anew.
        """
        self._known_fields = known_fields or KnownFields()
        self._rules = Rules(read_only=settings.read_only, objects=settings.allowed_objects)
        self._actions = frozenset(settings.allowed_actions)
        self._locators: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()
        self._is_restricted = settings.read_only or bool(settings.allowed_objects)
        self._checks_fields = settings.check_fields

    def check_action(self, name: str) -> None:
        """Let an action or a trigger be used.

        Raises:
            Forbidden: The connection is limited to others.
        """
        if self._actions and name not in self._actions:
            raise action_not_allowed(name)

    def applies_to(self, call: Call) -> bool:
        """Return whether a call has to be checked before it is sent."""
        return self._is_restricted or (self._checks_fields and not call.checked)

    def check(self, call: Call, root: str, body: Any) -> Flow[None]:
        """Check a call; yields the describes and other calls that this needs.

        Args:
            call: Made by anybody.
            root: The path that the API version is under.
            body: The call's JSON, None when it has none.

        Raises:
            Forbidden: The connection may not do what the call does, or this cannot be verified.
            Rejected: It writes an unknown field, and the connection checks fields.
        """
        if self._is_restricted:
            yield from self._restrict(call, root, body)
        if self._checks_fields and isinstance(body, dict) and not call.checked:
            yield from field_check.check(
                call.method, _absolute(call, root), body, self._known_fields
            )

    def load_record_rules(self, step: LoadRecordRules) -> Flow[RecordRules | None]:
        """Load the rules for records of an object; None when the connection checks none.

        What cannot be described is left to Salesforce to judge.

        Raises:
            Forbidden: The connection may not use the object.
        """
        if not self._checks_fields:
            return None
        if self._rules.objects:
            self._rules.check_object(step.sobject)
        if not step.fresh and (rules := self._known_fields.get(step.sobject)) is not None:
            return rules
        return (yield from field_check.load(step.sobject, self._known_fields))

    def improve(self, error: ConnectorError) -> Flow[ConnectorError]:
        """Return a run's error with a suggestion from known objects, or the same error."""
        if not self._checks_fields:
            return error
        from salesforce_connector.policy import unknown_names  # for failures alone

        return (yield from unknown_names.name_nearest(error, self._known_fields, self._may_use))

    def _may_use(self, sobject: str) -> bool:
        try:
            self.check_object(sobject)
        except Forbidden:
            return False
        return True

    def check_object(self, sobject: str) -> None:
        """Check that a pushed record of an object may be accepted.

        Raises:
            Forbidden: The connection may not use the object.
        """
        if self._rules.objects:
            self._rules.check_object(sobject)

    def check_topic(self, topic: str) -> None:
        """Check a topic of the event bus; listening changes nothing.

        Raises:
            Forbidden: Its object is one that the connection may not use, or unknown.
        """
        if not self._rules.objects:
            return
        from salesforce_connector.metadata import topics  # for triggers of the event bus alone

        sobject = topics.subject(topic)
        if sobject is None:
            raise unverifiable("its topic does not name the objects that it tells of")
        self._rules.check_object(sobject)

    def learn(self, call: Call, root: str, response: Response) -> None:
        """Remember the next pages of a query that was checked.

        Nothing is learned from any other response: a file may hold what looks like a page.
        """
        if not self._rules.objects or call.into is not None or not response.is_success:
            return
        if not re.match(_HAS_PAGES, _absolute(call, root)):
            return
        is_json = "json" in response.headers.get("content-type", "")
        if not is_json or b"nextRecordsUrl" not in response.content:
            return
        try:
            body = from_json(response.content)
        except ValueError:
            return
        with self._lock:
            for locator in _locators_in(body):
                self._locators[locator] = None
            while len(self._locators) > MAX_LOCATORS:
                self._locators.popitem(last=False)

    def _restrict(self, call: Call, root: str, body: Any) -> Flow[None]:
        if call.soap is not None:
            raise unverifiable("SOAP does not show which records it is about")
        if call.opaque:
            raise unverifiable("its body is not JSON and may say anything")
        path = _absolute(call, root)
        if call.method == "GET" and not call.params and self._is_known_page(path):
            return
        # The grammars of queries and bodies, for restricted connections alone.
        from salesforce_connector.policy.parsed_call import parse_call
        from salesforce_connector.policy.resources import check_resource

        parsed = parse_call(
            call.method,
            path,
            params=call.params,
            headers=call.headers,
            body=body,
            has_other_body=call.content is not None,
        )
        yield from check_resource(self._rules, parsed)

    def _is_known_page(self, path: str) -> bool:
        match = re.fullmatch(_LOCATOR, path)
        if match is None:
            return False
        with self._lock:
            return match[1] in self._locators


def _absolute(call: Call, root: str) -> str:
    return call.path if call.path.startswith("/services/") else root + call.path


def _locators_in(body: Any) -> Iterator[str]:
    """Find what the further pages of each query in a body have in common, at any depth."""
    parts = [body]
    while parts:
        part = parts.pop()
        if isinstance(part, list):
            parts += part
        elif isinstance(part, dict):
            parts += part.values()
            url, records = part.get("nextRecordsUrl"), part.get("records")
            if not (isinstance(url, str) and isinstance(records, list)):
                continue
            if (match := re.fullmatch(_LOCATOR, url)) is not None:
                yield match[1]
