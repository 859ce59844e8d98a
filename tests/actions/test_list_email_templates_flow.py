"""list_email_templates: those that can be used, or all, by name or subject."""

from flow_driver import drive, ok

from salesforce_actions.actions.list_email_templates import Input, flow
from salesforce_connector.errors import BadReply

ROW = {
    "Id": "00X", "Name": "Welcome", "DeveloperName": "Welcome", "Subject": "Hi",
    "TemplateType": "text", "IsActive": True,
}  # fmt: skip


def page(*rows: object, total: int = 1) -> object:
    return {"totalSize": total, "done": True, "records": list(rows)}


def test_a_template_without_a_name_is_a_bad_reply() -> None:
    assert isinstance(drive(flow(Input()), ok(page({"Id": "00X"}))).error, BadReply)


def test_looks_for_a_text_in_name_and_subject() -> None:
    run = drive(flow(Input(search="50%")), ok(page(ROW)))
    soql = run.calls[0].params["q"]
    assert r"(Name LIKE '%50\%%' OR Subject LIKE '%50\%%')" in soql
    assert "IsActive = true" in soql
    (template,) = run.output.templates
    assert (template.id, template.template_type, template.folder_id) == ("00X", "text", None)


def test_include_inactive_lists_inactive_templates() -> None:
    run = drive(flow(Input(include_inactive=True)), ok(page({**ROW, "IsActive": False})))
    assert "WHERE" not in run.calls[0].params["q"]
    assert run.output.templates[0].is_active is False


def test_says_how_many_were_left_out() -> None:
    run = drive(flow(Input(limit=1)), ok(page(ROW, ROW, total=9)))
    assert "9 templates match" in run.notes[0]
