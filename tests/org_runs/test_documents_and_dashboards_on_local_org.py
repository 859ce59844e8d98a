"""Files, notes, email templates, articles, dashboards and Excel files, on the local org."""

import base64
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from file_server import FileServer, serve_files

from salesforce_connector.errors import Conflict, Forbidden, NotFound, Rejected
from salesforce_emulator.automation.emails import outbox_of
from salesforce_emulator.automation.quick_actions import QuickAction, quick_actions_of
from salesforce_emulator.dashboards.dashboard import Component, Dashboard, dashboards_of
from salesforce_emulator.dashboards.dashboard import declare as declare_dashboard
from salesforce_emulator.knowledge.data_categories import category_groups, group_of_paths
from salesforce_emulator.org.state import Org
from salesforce_emulator.reports.report import Report, declare

Act = Callable[..., Any]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    with serve_files(tmp_path, monkeypatch) as server:
        yield server


def create(act: Act, sobject: str, **fields: Any) -> str:
    return str(act("create_record", {"sobject": sobject, "fields": fields})["id"])


def text_of(act: Act, file_id: str) -> str:
    content = act("download_file", {"id": file_id})["content_base64"]
    return base64.b64decode(content).decode()


def test_a_file_is_deleted_with_its_versions(act: Act) -> None:
    first, second = create(act, "Account", Name="One"), create(act, "Account", Name="Two")
    file = act("upload_file", {"text": "x", "file_name": "a.txt", "record_ids": [first, second]})
    assert act("delete_file", {"id": file["document_id"], "record_id": first})["removed"] is True
    assert act("delete_file", {"id": file["document_id"], "record_id": first})["removed"] is False
    assert [act("list_files", {"record_id": item})["files"] == [] for item in (first, second)] == [
        True,
        False,
    ]
    act("delete_file", {"id": file["version_id"]})
    with pytest.raises(NotFound):
        act("download_file", {"id": file["document_id"]})


def test_an_attachment_is_uploaded_listed_downloaded_and_deleted(act: Act) -> None:
    account = create(act, "Account", Name="Acme")
    inputs = {"text": "x", "file_name": "a.txt", "record_ids": [account]}
    attachment = act("upload_file", {**inputs, "store_as": "attachment"})["attachment_id"]
    listed = act("list_files", {"record_id": account, "include_attachments": True})
    assert ([attachment["id"] for attachment in listed["attachments"]], listed["files"]) == (
        [attachment],
        [],
    )
    assert text_of(act, attachment) == "x"
    act("delete_file", {"id": attachment})
    listed = act("list_files", {"record_id": account, "include_attachments": True})
    assert listed["attachments"] == []


def test_a_file_comes_from_a_url(act: Act, files: FileServer) -> None:
    url = files.add("/offers/Angebot%20%C3%A9.txt?signature=s", b"an offer")
    file = act("upload_file", {"url": url})
    assert text_of(act, file["version_id"]) == "an offer"
    about = act("download_file", {"id": file["document_id"]})
    assert about["file_name"] == "Angebot \N{LATIN SMALL LETTER E WITH ACUTE}.txt"
    with pytest.raises(Rejected) as refused:
        act("upload_file", {"url": files.add("/folder/", b"x")})
    assert refused.value.fields == ("file_name",)


@pytest.mark.usefixtures("quick_pauses")
def test_a_bulk_load_comes_from_a_url(act: Act, files: FileServer) -> None:
    """Two jobs are made of one copy: the file is fetched once."""
    url = files.add("/accounts.csv", b"Name;Phone\nOne;1\nTwo;2\nThree;3\n")
    inputs = {"sobject": "Account", "operation": "insert", "delimiter": "SEMICOLON"}
    done = act("bulk_write", {**inputs, "url": url, "records_per_job": 2})
    assert (done["succeeded"], len(done["jobs"]), len(files.requests)) == (3, 2, 1)
    with pytest.raises(Rejected) as refused:
        act("bulk_write", {**inputs, "url": files.add("/empty.csv", b"Name;Phone\n")})
    assert refused.value.fields == ("url",)


def test_a_url_that_cannot_be_read_makes_no_job(act: Act, files: FileServer) -> None:
    inputs = {"sobject": "Account", "operation": "insert"}
    with pytest.raises(Rejected) as refused:
        act("bulk_write", {**inputs, "url": "https://files.salesforce.com/nothing.csv"})
    assert refused.value.code == "URL_NOT_READABLE"


def test_a_note_is_changed_and_added_to(act: Act, local_org: Org) -> None:
    account = create(act, "Account", Name="Acme")
    note = act("add_note", {"title": "Call", "text": "1 < 2", "record_ids": [account]})["id"]
    act("update_note", {"id": note, "text": "3", "mode": "append"})
    assert text_of(act, note) == "<p>1 &lt; 2</p><p>3</p>"
    act("update_note", {"id": note, "title": "Calls", "text": "4"})
    assert text_of(act, note) == "<p>4</p>"
    (file,) = act("list_files", {"record_id": account})["files"]
    assert file["title"] == "Calls"
    before = local_org.clock.now() - timedelta(hours=1)
    inputs = {"id": note, "title": "Mine", "if_unmodified_since": before.isoformat()}
    with pytest.raises(Conflict):
        act("update_note", inputs)


def test_an_email_is_sent_by_a_template(act: Act, local_org: Org) -> None:
    create(
        act, "EmailTemplate", Name="Parcel", DeveloperName="Parcel", FolderId=local_org.org_id,
        TemplateType="text", TemplateStyle="none", IsActive=True,
        Subject="{!Case.Subject}", Body="Dear {!Contact.FirstName}",
    )  # fmt: skip
    (template,) = act("list_email_templates", {"search": "parc"})["templates"]
    contact = create(act, "Contact", LastName="Lee", FirstName="Kim", Email="kim@example.com")
    case = create(act, "Case", Subject="Broken")
    inputs = {"template_id": template["id"], "recipient_id": contact, "related_record_id": case}
    assert act("send_email", inputs)["sent"] is True
    (email,) = outbox_of(local_org)
    assert (email.to, email.subject, email.body) == (("kim@example.com",), "Broken", "Dear Kim")


def test_search_articles_filters_by_category(act: Act, local_org: Org) -> None:
    paths = ("All", "All/Europe", "All/Asia")
    category_groups(local_org).add(group_of_paths("Regions", "", paths))
    for name in ("Europe", "Asia"):
        article = create(
            act, "Knowledge__kav", Title=f"Parcels in {name}", UrlName=name, PublishStatus="Online"
        )
        create(
            act, "Knowledge__DataCategorySelection", ParentId=article,
            DataCategoryGroupName="Regions", DataCategoryName=name,
        )  # fmt: skip
    (group,) = act("list_data_categories", {})["groups"]
    assert [category["name"] for category in group["categories"]] == ["All", "Europe", "Asia"]

    def titles(*categories: str) -> list[str]:
        filters = [{"group": "Regions", "categories": list(categories)}]
        articles = act("search_articles", {"text": "parcels", "category_filters": filters})
        return sorted(article["url_name"] for article in articles["articles"])

    assert (titles("Europe"), titles("All")) == (["Europe"], ["Asia", "Europe"])
    assert act("search_articles", {"text": "parcels", "status": "draft"})["articles"] == []


@pytest.fixture
def report(local_org: Org) -> str:
    return declare(
        local_org,
        Report(
            name="Industries", label="Industries", sobject="Account", columns=("Name",),
            groups=("Industry",),
        ),
    )  # fmt: skip


def test_a_report_is_an_excel_file(act: Act, report: str, tmp_path: Path) -> None:
    create(act, "Account", Name="Acme", Industry="Energy")
    path = tmp_path / "industries.xlsx"
    exported = act("export_report", {"report_id": report, "path": str(path)})
    assert (exported["file_name"], exported["size"]) == ("Industries.xlsx", path.stat().st_size)
    with zipfile.ZipFile(path) as file:
        assert b"Acme" in file.read("xl/worksheets/sheet1.xml")
    condition = {"column": "Account.Name", "operator": "equals", "value": "Nobody"}
    empty = act("export_report", {"report_id": report, "filters": [condition]})
    content = base64.b64decode(empty["content_base64"])
    assert b"Acme" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


@pytest.mark.usefixtures("quick_pauses")
def test_a_dashboard_shows_new_data_after_a_refresh(act: Act, local_org: Org, report: str) -> None:
    component = Component(report="Industries", header="By industry")
    declare_dashboard(local_org, Dashboard(name="Sales", label="Sales", components=(component,)))
    (dashboard,) = act("list_dashboards", {"search": "sale"})["dashboards"]
    inputs = {"dashboard_id": dashboard["id"]}

    def total() -> Any:
        (shown,) = act("get_dashboard", inputs)["components"]
        assert shown["report_id"] == report
        return shown["totals"]["Record Count"]

    assert total() == 0
    create(act, "Account", Name="Acme", Industry="Energy")
    assert total() == 0
    assert act("refresh_dashboard", inputs)["refreshing"] is False
    assert total() == 1
    dashboards_of(local_org).wait = 60
    assert act("refresh_dashboard", {**inputs, "wait": False})["refreshing"] is True
    assert act("get_dashboard", {**inputs, "include_data": False})["refreshing"] is True


def test_a_read_only_connection_refreshes_nothing(
    act: Act, local_org: Org, report: str, connection: Any
) -> None:
    del report
    component = Component(report="Industries")
    dashboard = declare_dashboard(
        local_org, Dashboard(name="A", label="A", components=(component,))
    )
    connection.settings["read_only"] = True
    with pytest.raises(Forbidden):
        act("refresh_dashboard", {"dashboard_id": dashboard})
    assert act("get_dashboard", {"dashboard_id": dashboard})["name"] == "A"


def test_a_quick_action_is_run_with_its_default_values(act: Act, local_org: Org) -> None:
    """Values that are given go before those that the form begins with."""
    action = QuickAction(
        name="New_Draft", label="New draft", type="Create", target="Invoice__c",
        sobject="Account", values={"Status__c": "Sent", "Amount__c": 5},
    )  # fmt: skip
    quick_actions_of(local_org).append(action)
    account = create(act, "Account", Name="Acme")
    listed = act("list_quick_actions", {"sobject": "Account", "with_defaults": True})
    (entry,) = [action for action in listed["quick_actions"] if action["name"] == "New_Draft"]
    assert entry["defaults"]["Status__c"] == "Sent"
    inputs = {"action_name": entry["name"], "sobject": "Account", "record_id": account}
    fields = {"Amount__c": 7}
    done = act("run_quick_action", {**inputs, "fields": fields, "use_defaults": True})
    record = act("get_record", {"sobject": "Invoice__c", "id": done["id"]})["record"]
    assert (record["Status__c"], record["Amount__c"], record["Account__c"]) == ("Sent", 7, account)
