"""A connector to nothing: two sign-ins, two actions and a trigger, all in memory.

It proves that the host is generic: nothing here has a part in any other connector, and no line of
the host knows of it. It imports pluggy alone, as the contract allows.
"""

import logging
import urllib.parse
from collections.abc import AsyncIterator, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

import pluggy

hookimpl = pluggy.HookimplMarker("workflow_connectors")

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="3"/></svg>'
)
TEXT = {"type": "string", "title": "Text", "minLength": 1}
SECRET = {
    "type": "string",
    "title": "Token",
    "format": "password",
    "writeOnly": True,
    "x-secret": True,
}
MANIFEST: dict[str, Any] = {
    "manifest_version": 1,
    "name": "echo",
    "title": "Echo",
    "version": "1.2.3",
    "description": "Says what it hears.",
    "categories": ["Testing"],
    "icon": {"light": ICON, "dark": ICON},
    "homepage": "https://example.com/echo",
    "auth_methods": [
        {
            "name": "token",
            "type": "api_key",
            "title": "Token",
            "description": "A token that never ends.",
            "interactive": False,
            "schema": {
                "type": "object",
                "properties": {
                    "room": {"type": "string", "title": "Room"},
                    "token": SECRET,
                    "volume": {"type": "integer", "title": "Volume"},
                    "nearby": {"type": "boolean", "title": "Nearby", "x-allows-local": True},
                },
                "required": ["room", "token"],
                "additionalProperties": False,
            },
        },
        {
            "name": "browser",
            "type": "oauth2_authorization_code",
            "title": "Browser",
            "description": "A person says yes.",
            "interactive": True,
            "schema": {
                "type": "object",
                "properties": {"room": {"type": "string", "title": "Room"}},
                "required": ["room"],
                "additionalProperties": False,
            },
            "setup_guide": "Register {{redirect_uri}}.",
        },
    ],
    "actions": [
        {
            "name": "say",
            "title": "Say",
            "description": "Gives the text back.",
            "category": "Talk",
            "streams": True,
            "takes_records": True,
            "input": {
                "type": "object",
                "properties": {
                    "text": TEXT,
                    "tone": {"enum": ["soft", "loud"], "title": "Tone"},
                    "to": {
                        "type": "string",
                        "title": "To",
                        "x-dynamic-options": {"source": "rooms", "search": True, "paging": True},
                    },
                    "times": {"type": "integer", "minimum": 1, "title": "Times"},
                },
                "required": ["text"],
                "additionalProperties": False,
            },
            "output": {
                "type": "object",
                "properties": {"text": TEXT, "heard": {"type": "integer"}},
            },
            "annotations": {"readOnlyHint": True, "openWorldHint": False},
            "examples": [{"summary": "Say hello.", "input": {"text": "hello"}}],
            "since": "1.0",
        },
        {
            "name": "shout",
            "title": "Shout",
            "description": "Fails as services fail.",
            "input": {
                "type": "object",
                "properties": {"kind": {"type": "string"}, "text": {"type": "string"}},
                "required": ["kind"],
                "additionalProperties": False,
            },
            "output": {"type": "object"},
            "deprecated": True,
            "replaced_by": "say",
        },
    ],
    "triggers": [
        {
            "name": "said",
            "title": "Said",
            "description": "Gives each word of a sentence, two a time.",
            "input": {
                "type": "object",
                "properties": {"sentence": TEXT},
                "required": ["sentence"],
                "additionalProperties": False,
            },
            "output": {"type": "object"},
        }
    ],
}


ROWS = ({"index": 0, "ok": True}, {"index": 1, "ok": False})


class Echoed(Exception):
    """What the service says no with."""

    code = "ECHO"
    status = None
    retry_after = None
    fields = ()
    sent = False

    def __init__(
        self, kind: str, message: str, remedy: str = "", records: Sequence[dict[str, Any]] = ()
    ) -> None:
        super().__init__(f"{message} {remedy}".rstrip())
        self.kind = kind
        self.message = message
        self.remedy = remedy
        self.records = records


class Echo:
    """The plugin; it remembers what it closed and ended, open streams, and each run's context."""

    contract_version = 1

    def __init__(self) -> None:
        self.closed: list[tuple[str, bool]] = []
        self.ended: list[dict[str, Any]] = []
        self.contexts: list[dict[str, Any]] = []
        self.open_streams = 0

    @hookimpl
    def connector_manifest(self) -> dict[str, Any]:
        return MANIFEST

    @hookimpl
    def check_settings(
        self, connector: str, settings: Mapping[str, Any]
    ) -> dict[str, Any] | bool | None:
        if connector != "echo":
            return None
        if settings["room"] == "nowhere":
            raise Echoed("rejected", "There is no room 'nowhere'.")
        return {"hosts": [settings["room"]]} if settings["room"].count(".") else True

    @hookimpl
    def begin_authorization(
        self, connector: str, settings: Mapping[str, Any], redirect_uri: str
    ) -> dict[str, Any] | None:
        if connector != "echo":
            return None
        query = urllib.parse.urlencode({"state": "right", "redirect_uri": redirect_uri})
        return {
            "url": f"https://{settings['room']}.example.com/authorize?{query}",
            "state": "right",
            "pending": {"state": "right"},
        }

    @hookimpl
    def finish_authorization(
        self, connector: str, pending: Mapping[str, Any], callback_url: str
    ) -> dict[str, Any] | None:
        if connector != "echo":
            return None
        answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(callback_url).query))
        if answer.get("state") != pending["state"]:
            raise Echoed("rejected", "The state is another one.", "Start the sign-in again.")
        if "error" in answer:
            raise Echoed("unauthorized", f"The person said <no>: {answer['error']}.")
        return {"access_token": f"for {answer['code']}"}

    @hookimpl
    def test_connection(self, connector: str, connection: Any) -> dict[str, Any] | None:
        if connector != "echo":
            return None
        if connection.settings["room"] == "revoked":
            raise Echoed("unauthorized", "The key was taken back.")
        if connection.settings["room"] == "changed locks":
            key = {"id": "key", "status": "failed", "message": "No key.", "remedy": "Get one."}
            checks = [{**key, "kind": "unauthorized", "code": "NO_KEY"}]
            return {"ok": False, "checks": checks, "identity": {}, "org": {}, "usage": {}}
        good = connection.settings["room"] != "locked"
        checks = [
            {
                "id": "door",
                "status": "ok" if good else "failed",
                "message": "The door.",
                "remedy": "" if good else "Open the [door].",
            },
            {"id": "window", "status": "warning", "message": "Ajar.", "remedy": "Close it."},
        ]
        identity = {"room": connection.settings["room"]}
        return {"ok": good, "checks": checks, "identity": identity, "org": {}, "usage": {}}

    @hookimpl
    def list_allowed_actions(self, connector: str, connection: Any) -> list[str] | None:
        if connector != "echo":
            return None
        quiet = connection.settings["room"] == "library"
        return ["say"] if quiet else ["say", "shout", "said"]

    @hookimpl
    def list_limits(self, connector: str, connection: Any) -> list[dict[str, Any]] | None:
        if connector != "echo" or connection.settings["room"] == "endless":
            return None
        words = {"name": "words", "title": "Words a day", "used": 1_950, "maximum": 2_000}
        return [{**words, "left": 50, "floor": 40}]

    @hookimpl
    def run_action(
        self,
        connector: str,
        action: str,
        connection: Any,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any] | None,
    ) -> dict[str, Any] | None:
        if connector != "echo":
            return None
        context = dict(context or {})
        self.contexts.append(context)
        if action == "shout":
            if inputs["kind"] == "interrupt":
                raise KeyboardInterrupt
            if inputs["kind"] == "bug":
                raise ZeroDivisionError("division by zero")
            if inputs["kind"] == "records":
                raise Echoed("rejected", "1 of 2 records failed.", records=ROWS)
            raise Echoed(inputs["kind"], "Too loud.", "Whisper.")
        if context.get("explain"):
            return _result({"calls": [{"method": "SAY", "text": inputs["text"]}]})
        if "progress" in context:
            state = {"said": 1}
            context["progress"]({"done": 1, "total": 2, "message": "half", "state": state})
        if inputs["text"] == "busy":
            raise Echoed("retryable", "The room is full.", "Come back later.")
        if "records" in context:
            return _result({"records": list(context["records"])})
        logging.getLogger("echo_connector").info("said %s", inputs["text"])
        if inputs["text"] == "interrupt":
            raise KeyboardInterrupt
        with connection.lock():
            received = connection.credentials.get("heard", 0) + 1
            connection.save({**connection.credentials, "heard": received})
        return _result({"text": inputs["text"], "heard": received}, "The echo is faint.")

    @hookimpl
    def run_action_async(
        self,
        connector: str,
        action: str,
        connection: Any,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any] | None,
    ) -> Any:
        if connector != "echo":
            return None

        async def result() -> dict[str, Any] | None:
            return self.run_action(
                connector=connector,
                action=action,
                connection=connection,
                inputs=inputs,
                context=context,
            )

        return result()

    @hookimpl
    def stream_action(
        self,
        connector: str,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any] | None,
    ) -> Iterator[dict[str, Any]] | None:
        if connector != "echo":
            return None
        return self._say_again(inputs, dict(context or {}))

    @hookimpl
    def stream_action_async(
        self,
        connector: str,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any] | None,
    ) -> AsyncIterator[dict[str, Any]] | None:
        if connector != "echo":
            return None

        async def pages() -> AsyncIterator[dict[str, Any]]:
            with closing(self._say_again(inputs, dict(context or {}))) as pages:
                for page in pages:
                    yield page

        return pages()

    def _say_again(
        self, inputs: Mapping[str, Any], context: dict[str, Any]
    ) -> Generator[dict[str, Any], None, None]:
        """Return the text as often as is asked, two records a page; the third says no."""
        self.contexts.append(context)
        times = inputs.get("times", 1)
        self.open_streams += 1
        try:
            for begin in range(0, times, 2):
                numbers = range(begin, min(begin + 2, times))
                if inputs["text"] == "locked" and begin:
                    raise Echoed("unauthorized", "The key was taken back.")
                if inputs["text"] == "interrupt" and begin:
                    raise KeyboardInterrupt
                columns = {"number": list(numbers), "text": [inputs["text"]] * len(numbers)}
                records = [{"number": number, "text": inputs["text"]} for number in numbers]
                as_columns = context.get("rows") == "columns"
                rows = {"columns": columns} if as_columns else {"records": records}
                warnings = [] if begin else ["The echo is faint."]
                yield {**rows, "usage": {"calls": begin + 1}, "warnings": warnings}
                if "progress" in context:
                    state = {"said": begin + len(numbers)}
                    context["progress"](
                        {"done": begin, "total": times, "message": "said", "state": state}
                    )
        finally:
            self.open_streams -= 1

    @hookimpl
    def resolve_schema(
        self, connector: str, action: str, inputs: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        if connector != "echo":
            return None
        entry = next(item for item in MANIFEST["actions"] if item["name"] == action)
        tone = {"tone": {"const": inputs["tone"]}} if "tone" in inputs else {}
        return {"input": {**entry["input"], **tone}, "output": entry["output"]}

    @hookimpl
    def list_options(
        self, connector: str, connection: Any, search: str, page: str | None
    ) -> dict[str, Any] | None:
        if connector != "echo":
            return None
        if connection.settings["room"] == "revoked":
            raise Echoed("unauthorized", "The key was taken back.")
        rooms = [name for name in ("attic", "cellar", "hall") if search in name]
        begin = int(page or 0)
        options = [{"value": name, "label": name.title()} for name in rooms[begin : begin + 2]]
        more = len(rooms) > begin + 2
        return {"options": options, "next_page": str(begin + 2) if more else None}

    @hookimpl
    def poll_trigger(
        self,
        connector: str,
        connection: Any,
        inputs: Mapping[str, Any],
        cursor: Mapping[str, Any] | None,
    ) -> dict[str, Any] | None:
        if connector != "echo":
            return None
        if connection.settings["room"] == "revoked":
            raise Echoed("unauthorized", "The key was taken back.")
        words = inputs["sentence"].split()
        begin = cursor["word"] if cursor else 0
        events = [{"id": n, "word": words[n]} for n in range(begin, min(begin + 2, len(words)))]
        end = begin + len(events)
        messages = {"events": events, "cursor": {"word": end}, "more": end < len(words)}
        lost = ["The sentence was shortened: words may be missed."] if begin > len(words) else []
        return messages | ({"warnings": lost} if lost else {})

    @hookimpl
    def close_connection(self, connector: str, connection: Any, revoke: bool) -> bool | None:
        if connector != "echo":
            return None
        if revoke and connection.settings["room"] == "far":
            raise Echoed("retryable", "The room is too far.")
        self.closed.append((connection.id, revoke))
        if revoke:
            self.ended.append(dict(connection.credentials))
        return True


def _result(output: dict[str, Any], *warnings: str) -> dict[str, Any]:
    return {
        "output": output,
        "usage": {"calls": 0, "limit_used": None, "limit_max": None, "limit_left": None},
        "warnings": list(warnings),
    }


plugin = Echo()
