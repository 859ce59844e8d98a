"""The triggers for one kind of record, against the local org: each tells of what happens there."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from local_apps import app_settings
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_actions.trigger_catalog import TRIGGERS
from salesforce_connector.errors import Forbidden, Rejected
from salesforce_emulator.config.queues import apply_queues
from salesforce_emulator.config.tables.users import Queue
from salesforce_emulator.org.state import Org
from salesforce_emulator.records import writing

Act = Callable[..., Any]
OVER = timedelta(seconds=3)  # a save is told of when its second is over


class Poller:
    """Polls a trigger as a host does, once what has just happened is over."""

    def __init__(
        self,
        org: Org,
        connector: SalesforceConnector,
        connection: MemoryConnection,
        name: str,
        inputs: dict[str, Any],
    ) -> None:
        self.org, self.connector, self.connection = org, connector, connection
        self.name, self.inputs = name, inputs
        self.cursor: dict[str, Any] | None = None
        assert inputs.get("start") == "everything" or self.poll() == []

    def poll(self) -> list[Any]:
        self.org.clock.advance(OVER)
        events: list[Any] = []
        while True:
            batch = self.connector.poll_trigger(
                "salesforce", self.name, self.connection, self.inputs, self.cursor
            )
            assert batch is not None
            events += batch["events"]
            self.cursor = json.loads(json.dumps(batch["cursor"]))
            if not batch["more"]:
                break
        schema = TRIGGERS[self.name].output.model_json_schema(mode="serialization")
        for event in events:
            jsonschema.validate(event, schema)
        self.org.clock.advance(OVER)
        return events


Follow = Callable[..., Poller]


@pytest.fixture
def follow(local_org: Org, connector: SalesforceConnector, connection: MemoryConnection) -> Follow:
    return lambda name, **inputs: Poller(local_org, connector, connection, name, inputs)


def create(org: Org, sobject: str, **fields: Any) -> str:
    """Create a record as the administrator, also of objects that the API creates otherwise."""
    access = org.access(org.admin_id)
    with org.transaction():
        return writing.create(org, access, access.schema[sobject], fields)


def upload(act: Act, name: str, *records: str) -> Any:
    return act("upload_file", {"text": "Hello", "file_name": name, "record_ids": [*records]})


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("new_file", {"record_id": "../x"}),
        ("case_in_queue", {}),
        ("case_in_queue", {"queue_id": "00G000000000001AAA", "fields": ["Name FROM User"]}),
        ("new_attachment_on_case", {"case_id": "x' OR Id != '"}),
        ("new_post", {"start": "yesterday"}),
        ("new_comment", {"on": "account"}),
        ("new_or_changed_email_template", {"folder": "x"}),
        ("new_knowledge_article", {"sobject": "Account"}),
        ("new_knowledge_article", {"language": "en' OR Title != '"}),
    ],
)
def test_inputs_that_do_not_fit_are_refused(
    connector: SalesforceConnector,
    connection: MemoryConnection,
    local_org: Org,
    name: str,
    inputs: dict[str, Any],
) -> None:
    with pytest.raises(Rejected):
        connector.poll_trigger("salesforce", name, connection, inputs, None)


def test_a_connection_that_may_not_use_the_object_is_refused(
    connector: SalesforceConnector, local_org: Org
) -> None:
    settings = app_settings(local_org, "automation") | {"allowed_objects": ["Account"]}
    connection = MemoryConnection("client_credentials", settings)
    for name in ("new_file", "new_attachment_on_case", "new_post", "new_comment"):
        with pytest.raises(Forbidden):
            connector.poll_trigger("salesforce", name, connection, {}, None)


def test_new_file_delivers_each_file_once_and_notes_on_request(
    act: Act, follow: Follow, local_org: Org
) -> None:
    plain, notes = follow("new_file"), follow("new_file", notes=True)
    file = upload(act, "hello.txt")
    account = act("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    act("add_note", {"title": "Note", "text": "x", "record_ids": [account]})

    (event,) = plain.poll()
    assert event["file_id"] == file["document_id"]
    assert (event["title"], event["extension"], event["size"]) == ("hello", "txt", 5)
    assert act("download_file", {"id": event["version_id"]})["size"] == 5
    assert [item["type"] for item in notes.poll()][-1] == "SNOTE"
    assert plain.poll() == []


def test_new_file_emits_an_event_when_a_file_is_linked_to_the_record(
    act: Act, follow: Follow, local_org: Org
) -> None:
    account = act("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    older = upload(act, "older.txt")
    poller = follow("new_file", record_id=account)
    upload(act, "elsewhere.txt")
    newer = upload(act, "newer.txt", account)
    link = {"ContentDocumentId": older["document_id"], "LinkedEntityId": account, "ShareType": "V"}
    act("create_record", {"sobject": "ContentDocumentLink", "fields": link})

    events = poller.poll()
    assert {event["file_id"] for event in events} == {older["document_id"], newer["document_id"]}
    assert {event["record_id"] for event in events} == {account}
    assert poller.poll() == []


def test_case_in_queue_emits_an_event_when_a_case_enters_the_queue(
    act: Act, follow: Follow, local_org: Org
) -> None:
    apply_queues(local_org, [Queue(name="Desk", objects=("Case",))])
    query = "SELECT Id FROM Group WHERE DeveloperName = 'Desk'"
    queue = act("query", {"soql": query})["records"][0]["Id"]
    poller = follow("case_in_queue", queue_id=queue, fields=["Description"])
    user = act("get_user_info", {})["user_id"]

    def own(record_id: str, owner: str, **fields: Any) -> list[str]:
        changes = {"OwnerId": owner, **fields}
        act("update_record", {"sobject": "Case", "id": record_id, "fields": changes})
        return [event["record_id"] for event in poller.poll()]

    fields = {"Subject": "Help", "Description": "It broke", "OwnerId": queue}
    new = act("create_record", {"sobject": "Case", "fields": fields})["id"]
    (event,) = poller.poll()
    assert event["record"]["Description"] == "It broke"
    assert own(new, queue, Subject="Changed") == []
    assert own(new, user) == []
    assert own(new, queue) == [new]
    assert own(new, queue, Status="Closed") == []


def test_new_attachment_on_case_emits_files_and_attachments(
    act: Act, follow: Follow, local_org: Org
) -> None:
    case = act("create_record", {"sobject": "Case", "fields": {"Subject": "Help"}})["id"]
    other = act("create_record", {"sobject": "Case", "fields": {"Subject": "Other"}})["id"]
    account = act("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    of_all = follow("new_attachment_on_case")
    of_case = follow("new_attachment_on_case", case_id=case)
    upload(act, "a.txt", case)
    upload(act, "b.txt", account)
    local_org.clock.advance(OVER)
    for parent in (case, other, account):
        create(local_org, "Attachment", ParentId=parent, Name="scan.pdf", Body="JVBERi0=")

    events = of_all.poll()
    assert [(event["kind"], event["name"], event["case_id"]) for event in events] == [
        ("file", "a", case),
        ("attachment", "scan.pdf", case),
        ("attachment", "scan.pdf", other),
    ]
    assert act("download_file", {"id": events[0]["version_id"]})["size"] == 5
    assert [event["case_id"] for event in of_case.poll()] == [case, case]
    assert of_all.poll() == of_case.poll() == []


def test_new_post_emits_posts_and_tracked_changes_on_request(
    act: Act, follow: Follow, local_org: Org
) -> None:
    account = act("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    other = act("create_record", {"sobject": "Account", "fields": {"Name": "Other"}})["id"]
    pollers = {
        "plain": follow("new_post", fields=["CreatedBy.Name"]),
        "tracked": follow("new_post", tracked_changes=True),
        "on": follow("new_post", parent_id=account),
    }
    act("post_to_chatter", {"subject": account, "text": "Hello"})
    act("post_to_chatter", {"subject": other, "text": "Bye"})
    create(local_org, "FeedItem", ParentId=account, Type="TrackedChange")

    events = {name: poller.poll() for name, poller in pollers.items()}
    assert [event["record"]["Body"] for event in events["plain"]] == ["Hello", "Bye"]
    assert events["plain"][0]["record"]["CreatedBy"]["Name"]
    assert len(events["tracked"]) == 3
    assert [event["record"]["ParentId"] for event in events["on"]] == [account]
    assert all(poller.poll() == [] for poller in pollers.values())


def test_new_comment_emits_an_event_for_comments_on_cases_and_posts(
    act: Act, follow: Follow, local_org: Org
) -> None:
    case = act("create_record", {"sobject": "Case", "fields": {"Subject": "Help"}})["id"]
    cases, posts = follow("new_comment"), follow("new_comment", on="post")
    elsewhere = follow("new_comment", parent_id="500000000000009AAA")
    act("add_case_comment", {"case_id": case, "comment": "On it."})
    post = create(local_org, "FeedItem", ParentId=case, Body="Hello")
    create(local_org, "FeedComment", FeedItemId=post, CommentBody="Hi")

    (comment,) = cases.poll()
    assert comment["record"]["CommentBody"] == "On it."
    (reply,) = posts.poll()
    assert reply["record"]["FeedItemId"] == post
    assert elsewhere.poll() == cases.poll() == posts.poll() == []


def test_email_template_trigger_emits_created_and_changed_templates(
    act: Act, follow: Follow, local_org: Org
) -> None:
    every = follow("new_or_changed_email_template", fields=["Body"])
    active = follow("new_or_changed_email_template", only_active=True)
    template = create(
        local_org, "EmailTemplate", Name="Welcome", DeveloperName="Welcome", Body="Hello",
        TemplateType="text", FolderId=local_org.org_id, IsActive=False,
        Encoding="UTF-8", TemplateStyle="none", OwnerId=local_org.admin_id,
    )  # fmt: skip

    (event,) = every.poll()
    assert (event["change"], event["record"]["Body"]) == ("created", "Hello")
    assert active.poll() == []
    fields = {"IsActive": True, "Subject": "Welcome"}
    act("update_record", {"sobject": "EmailTemplate", "id": template, "fields": fields})
    assert [event["change"] for event in every.poll()] == ["updated"]
    assert [event["record_id"] for event in active.poll()] == [template]
    assert every.poll() == active.poll() == []


def publish(org: Org, title: str, *, version: int, language: str = "en_US") -> None:
    """Publish an article; which version it is, Salesforce alone sets."""
    name = f"{title}-{version}-{language}"
    about = {"Language": language, "PublishStatus": "Online"}
    article = create(org, "Knowledge__kav", Title=title, UrlName=name, **about)
    with org.transaction():
        sql = 'UPDATE "Knowledge__kav" SET "VersionNumber" = ? WHERE "Id" = ?'
        org.db.execute(sql, (version, article))


def test_new_knowledge_article_emits_an_event_when_an_article_is_published(
    follow: Follow, local_org: Org, connector: SalesforceConnector, connection: MemoryConnection
) -> None:
    pollers = {
        "new": follow("new_knowledge_article"),
        "all": follow("new_knowledge_article", new_versions=True),
        "fr": follow("new_knowledge_article", language="fr"),
    }
    publish(local_org, "Printers", version=1)
    publish(local_org, "Printers", version=2)
    publish(local_org, "Imprimantes", version=1, language="fr")
    create(local_org, "Knowledge__kav", Title="Draft", UrlName="draft")

    titles = {
        name: [event["record"]["Title"] for event in poller.poll()]
        for name, poller in pollers.items()
    }
    assert sorted(titles["new"]) == ["Imprimantes", "Printers"]
    assert sorted(titles["all"]) == ["Imprimantes", "Printers", "Printers"]
    assert titles["fr"] == ["Imprimantes"]
    assert all(poller.poll() == [] for poller in pollers.values())


@pytest.mark.parametrize(
    ("name", "inputs", "field"),
    [
        ("case_in_queue", {}, "CaseNumber"),
        ("new_post", {}, "Body"),
        ("new_comment", {"on": "post"}, "FeedItemId"),
        ("new_comment", {}, "IsPublished"),
        ("new_or_changed_email_template", {}, "HtmlValue"),
        ("new_knowledge_article", {}, "ArticleNumber"),
    ],
)
def test_a_form_and_its_events_know_the_fields_of_the_object(
    connector: SalesforceConnector,
    connection: MemoryConnection,
    local_org: Org,
    name: str,
    inputs: dict[str, Any],
    field: str,
) -> None:
    schemas = connector.resolve_schema("salesforce", name, connection, inputs)
    assert schemas is not None
    assert field in schemas["output"]["properties"]["record"]["properties"]
