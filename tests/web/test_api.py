"""The API: connectors, connections, app profiles, actions, runs, triggers, and who may do what."""

import json
import threading
from typing import Any

from web.conftest import Api

RUNS = "/api/connections/acme/actions/say/runs"


def events_of(text: str) -> list[tuple[str, Any]]:
    """Parse server-sent events."""
    events = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            events.append((lines["event"], json.loads(lines["data"])))
    return events


def test_rejects_users_who_are_not_signed_in(api: Api) -> None:
    del api.client.headers["x-user"]

    for method, path in (
        ("GET", "/api/connectors"),
        ("GET", "/api/connections"),
        ("POST", RUNS),
        ("POST", "/api/connections/acme/test"),
    ):
        assert api.fail(method, path)["code"] == "NOT_SIGNED_IN"


def test_unknown_names_are_404_with_the_nearest(api: Api, acme: str) -> None:
    problem = api.fail("POST", "/api/connections/acmee/actions/say/runs", {"inputs": {}})

    assert problem["status"] == 404
    assert problem["code"] == "UNKNOWN_NAME"
    assert "'acme'" in problem["remedy"]
    assert api.fail("GET", "/api/connectors/ecko")["status"] == 404
    assert api.fail("GET", "/api/nothing/here")["status"] == 404


def test_body_must_be_an_object(api: Api) -> None:
    for content in (
        "[1]",
        "{",
        "[" * 100_000,
        '{"a":' * 100_000,
        "NaN",
    ):
        answer = api.client.post("/api/connections", content=content)

        assert answer.status_code == 422
    assert api.fail("POST", "/api/connections", {"name": 1})["fields"] == ["name"]


def test_too_large_body_is_rejected(api: Api) -> None:
    def chunks() -> Any:
        for _ in range(60):
            yield b"x" * 1024 * 1024

    answer = api.client.post("/api/connections", content=chunks())

    assert answer.status_code == 413


def test_lists_connectors_and_their_parts(api: Api) -> None:
    (connector,) = api.call("GET", "/api/connectors")
    assert (connector["name"], connector["status"], connector["actions"]) == ("echo", "ok", 2)

    about = api.call("GET", "/api/connectors/echo")
    assert [method["name"] for method in about["methods"]] == ["token", "browser"]
    assert about["methods"][0]["secrets"] == ["token"]
    assert "input" not in about["action_list"][0]

    action = api.call("GET", "/api/connectors/echo/actions/say")
    assert action["input"]["required"] == ["text"]
    assert action["examples"][0]["input"] == {"text": "hello"}


def test_a_guide_has_the_redirect_url_of_this_app(api: Api) -> None:
    guide = api.call("GET", "/api/connectors/echo/methods/browser/guide")

    assert guide["markdown"] == "Register http://workflows.example.com/callback."


def test_no_answer_holds_a_secret(api: Api, acme: str) -> None:
    profile = {"name": "ours", "connector": "echo", "settings": {"token": "pr0file-s3cret"}}
    api.call("POST", "/api/app-profiles", profile)
    api.call("POST", "/api/connections/acme/test", {})
    pages = [
        api.client.get(path).text
        for path in ("/api/connections", "/api/connections/acme", "/api/app-profiles", "/api/audit")
    ]

    assert "t0ken" in pages[0] or "token" in pages[0]  # the field's name
    assert not any("s3cret" in page for page in pages)


def test_a_connection_shows_its_state(api: Api, acme: str) -> None:
    assert api.call("GET", "/api/connections/acme")["state"] == "never_tested"

    report = api.call("POST", "/api/connections/acme/test", {})
    shown = api.call("GET", "/api/connections/acme")

    assert report["ok"]
    assert (shown["state"], shown["cause"]) == ("warnings", "Ajar.")
    assert shown["last_test"]["checks"] == report["checks"]
    assert shown["secrets"] == ["token"]


def test_settings_change_and_secrets_that_are_left_out_stay(api: Api, acme: str) -> None:
    api.call("PUT", "/api/connections/acme/settings", {"settings": {"room": "attic"}})

    settings = api.store.get("acme").settings
    assert settings == {"room": "attic", "token": "t0ken-s3cret"}

    problem = api.fail("PUT", "/api/connections/acme/settings", {"settings": {"room": "nowhere"}})
    assert problem["kind"] == "rejected"


def test_renames_shares_and_removes(api: Api, acme: str) -> None:
    api.call("PUT", "/api/connections/acme/name", {"name": "acme-2"})
    access = {"owner": "ann", "users": ["ben"], "groups": ["ops"]}
    shared = api.call("PUT", "/api/connections/acme-2/access", access)
    assert (shared["owner"], shared["users"], shared["groups"]) == ("ann", ["ben"], ["ops"])

    assert api.fail("DELETE", "/api/connections/acme-2")["code"] == "NOT_ALLOWED"
    assert api.fail("DELETE", "/api/connections/acme-2", **{"x-user": "ben"})["status"] == 403
    (visible,) = api.call("GET", "/api/connections", **{"x-user": "ben"})
    assert (visible["name"], visible["may_change"]) == ("acme-2", False)
    assert api.call("GET", "/api/connections", **{"x-user": "eve"}) == []
    assert api.fail("GET", "/api/connections/acme-2", **{"x-user": "eve"})["status"] == 403

    removed = api.call("DELETE", "/api/connections/acme-2?revoke=true", **{"x-user": "ann"})
    assert removed == {"removed": "acme-2", "warning": ""}
    assert api.call("GET", "/api/connections", **{"x-user": "ann"}) == []


def test_access_can_be_opened_to_everyone(api: Api, acme: str) -> None:
    api.call("PUT", "/api/connections/acme/access", {"owner": "ann", "users": ["ben"]})
    api.call("PUT", "/api/connections/acme/access", {"owner": None}, **{"x-user": "ann"})

    assert api.call("GET", "/api/connections/acme")["owner"] is None


def test_failed_revocation_is_reported_and_the_connection_removed(api: Api) -> None:
    settings = {"room": "far", "token": "t"}
    body = {"name": "far", "connector": "echo", "method": "token", "settings": settings}
    api.call("POST", "/api/connections", body)

    removed = api.call("DELETE", "/api/connections/far?revoke=true")

    assert "too far" in removed["warning"]
    assert api.call("GET", "/api/connections") == []


def test_runs_an_action_and_records_it(api: Api, acme: str) -> None:
    result = api.call("POST", RUNS, {"inputs": {"text": "hello"}})

    assert result["output"] == {"text": "hello", "heard": 1}
    assert result["warnings"] == ["The echo is faint."]
    (run,) = api.call("GET", "/api/runs")["runs"]
    assert (run["action"], run["outcome"], run["calls"]) == ("say", "ok", 0)


def test_explain_runs_nothing(api: Api, acme: str) -> None:
    result = api.call("POST", RUNS, {"inputs": {"text": "hello"}, "explain": True})

    assert result["output"]["calls"][0]["method"] == "SAY"
    assert api.call("GET", "/api/runs")["runs"] == []


def test_api_error_has_fields_kind_and_remedy(api: Api, acme: str) -> None:
    problem = api.fail("POST", RUNS, {"inputs": {"text": 1}})
    assert (problem["status"], problem["fields"]) == (422, ["$.text"])

    loud = {"inputs": {"kind": "forbidden"}}
    problem = api.fail("POST", "/api/connections/acme/actions/shout/runs", loud)
    assert (problem["status"], problem["code"], problem["remedy"]) == (403, "ECHO", "Whisper.")

    some = {"inputs": {"kind": "records"}}
    problem = api.fail("POST", "/api/connections/acme/actions/shout/runs", some)
    assert len(problem["records"]) == 2


def test_a_bugs_message_stays_in_the_log(api: Api, acme: str, caplog: Any) -> None:
    bug = {"inputs": {"kind": "bug"}}
    problem = api.fail("POST", "/api/connections/acme/actions/shout/runs", bug)

    assert (problem["status"], problem["code"]) == (500, "ZeroDivisionError")
    assert "division" not in json.dumps(problem)
    assert "division by zero" in caplog.text


def test_a_run_streams_its_progress_and_its_result(api: Api, acme: str) -> None:
    headers = {"accept": "text/event-stream"}
    answer = api.client.post(RUNS, json={"inputs": {"text": "hello"}}, headers=headers)

    events = events_of(answer.text)
    assert [name for name, _ in events] == ["started", "progress", "result"]
    assert events[1][1] == {"done": 1, "total": 2, "message": "half"}
    assert answer.headers["cache-control"] == "no-store"


def test_a_run_that_fails_streams_its_problem(api: Api, acme: str) -> None:
    headers = {"accept": "text/event-stream"}
    answer = api.client.post(RUNS, json={"inputs": {}}, headers=headers)

    (_, (name, problem)) = events_of(answer.text)
    assert name == "error"
    assert problem["code"] == "BAD_INPUT"


def test_a_test_streams_its_report(api: Api, acme: str) -> None:
    headers = {"accept": "text/event-stream"}
    answer = api.client.post("/api/connections/acme/test", json={}, headers=headers)

    assert events_of(answer.text)[-1][0] == "result"


def test_user_can_cancel_only_own_runs(api: Api) -> None:
    assert api.fail("DELETE", "/api/runs/nothing")["code"] == "UNKNOWN_RUN"


def test_live_schema_and_options(api: Api, acme: str) -> None:
    schema = api.call(
        "POST", "/api/connections/acme/actions/say/schema", {"inputs": {"tone": "loud"}}
    )
    assert schema["input"]["tone"] == {"const": "loud"}

    first = api.call("POST", "/api/connections/acme/options/rooms", {"search": "", "inputs": {}})
    rest = api.call("POST", "/api/connections/acme/options/rooms", {"page": first["next_page"]})
    assert [option["value"] for option in first["options"] + rest["options"]] == [
        "attic",
        "cellar",
        "hall",
    ]


def test_app_profiles_are_added_used_rotated_and_removed(api: Api) -> None:
    added = {"name": "ours", "connector": "echo", "settings": {"token": "one"}}
    profile = api.call("POST", "/api/app-profiles", added)
    assert profile["secrets"] == ["token"]
    body = {"name": "acme", "connector": "echo", "method": "token", "app": "ours"}
    api.call("POST", "/api/connections", {**body, "settings": {"room": "hall"}})

    assert api.fail("DELETE", "/api/app-profiles/ours")["code"] == "STILL_USED"
    api.call("PUT", "/api/app-profiles/ours/secrets", {"secrets": {"token": "two"}})
    assert api.store.get("acme").settings["token"] == "two"

    unknown = {"name": "other", "connector": "echo", "settings": {"tokn": "x"}}
    assert api.fail("POST", "/api/app-profiles", unknown)["fields"] == ["tokn"]
    api.call("DELETE", "/api/connections/acme")
    api.call("DELETE", "/api/app-profiles/ours")
    assert api.call("GET", "/api/app-profiles") == []


def test_a_trigger_is_tried_without_storing_anything(api: Api, acme: str) -> None:
    path = "/api/connections/acme/triggers/said/try"
    inputs = {"sentence": "one two three"}
    first = api.call("POST", path, {"inputs": inputs})
    second = api.call("POST", path, {"inputs": inputs, "cursor": first["cursor"]})

    assert [event["word"] for event in first["events"] + second["events"]] == [
        "one",
        "two",
        "three",
    ]
    assert (first["more"], second["more"]) == (True, False)
    assert api.call("GET", "/api/triggers") == []
    assert api.events == []


def test_stored_trigger_delivers_its_events(api: Api, acme: str) -> None:
    body = {"name": "words", "connection": "acme", "trigger": "said"}
    stored = api.call("POST", "/api/triggers", {**body, "inputs": {"sentence": "one two"}})
    assert stored["webhook_url"] is None

    batch = api.call("POST", "/api/triggers/words/poll", {})

    assert len(batch["events"]) == 2
    assert api.events[0].events == batch["events"]
    api.call("DELETE", "/api/triggers/words")
    assert api.call("GET", "/api/triggers") == []


def test_runs_and_audit_show_only_accessible_connections(api: Api, acme: str) -> None:
    api.call("PUT", "/api/connections/acme/access", {"owner": "ann"})
    api.call("POST", RUNS, {"inputs": {"text": "hello"}}, **{"x-user": "ann"})

    assert len(api.call("GET", "/api/runs", **{"x-user": "ann"})["runs"]) == 1
    assert api.call("GET", "/api/runs", **{"x-user": "eve"})["runs"] == []
    assert api.call("GET", "/api/audit", **{"x-user": "eve"}) == []
    assert api.call("GET", "/api/limits", **{"x-user": "eve"}) == []


def test_the_openapi_document_names_every_route(api: Api) -> None:
    document = api.call("GET", "/openapi.json")

    operations = [
        operation for methods in document["paths"].values() for operation in methods.values()
    ]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names)) >= 25
    assert all(operation["summary"] for operation in operations)
    run = document["paths"]["/api/connections/{connection}/actions/{action}/runs"]["post"]
    assert "text/event-stream" in run["responses"]["2XX"]["content"]


def test_many_calls_at_once(api: Api, acme: str) -> None:
    """Handlers run on threads; the store takes one writer at a time."""
    failures: list[str] = []

    def run() -> None:
        answer = api.client.post(RUNS, json={"inputs": {"text": "hello"}})
        if answer.status_code != 200:
            failures.append(answer.text)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert failures == []
    assert len(api.call("GET", "/api/runs")["runs"]) == 8
