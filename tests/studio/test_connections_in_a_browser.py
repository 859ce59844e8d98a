"""From an empty studio to connections that work, in a real browser."""

import re
from typing import Any

import pytest
from studio.conftest import Studio
from studio.local_org_pages import sign_in

SECRET = "wr0ng-s3cret"


@pytest.fixture
def org(page: Any) -> Any:
    """The page with the local org started by one click."""
    page.get_by_role("button", name="Start the local org").click()
    page.get_by_text("Sample connections").first.wait_for()
    return page


def test_an_empty_studio_offers_the_local_org(page: Any) -> None:
    assert page.get_by_role("button", name="Start the local org").is_visible()
    page.wait_for_function("document.title === 'Connections · Studio'")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Helpdesk app", "helpdesk"),
        ("Sync tool", "sync"),
        ("Integration platform", "platform"),
        ("CRM sync", "crm-sync"),
    ],
)
def test_a_products_set_up_where_a_person_signs_in(
    org: Any, studio: Studio, title: str, name: str
) -> None:
    button = org.get_by_role("button", name=f"Sign in: {title}")
    popup = sign_in(org, button.click)
    org.get_by_role("link", name=name, exact=True).click()

    assert popup.is_closed()
    org.get_by_role("button", name="Test connection").click()
    org.locator(".head .tag.ok").wait_for()
    assert org.locator(".checks li.failed").count() == 0
    assert studio.store.get(name).app == f"local-org-{name}"


def test_a_products_set_up_where_the_app_signs_in(org: Any) -> None:
    org.get_by_role("button", name="Add: Security automation").click()
    row = org.get_by_role("row", name=re.compile("automation.*Works"))
    row.wait_for()  # it is tested at once

    row.get_by_role("link", name="automation").click()
    org.get_by_text("acts as its Run As user").wait_for()


def test_denied_consent_is_reported_in_its_place(org: Any, studio: Studio) -> None:
    button = org.get_by_role("button", name="Sign in: Sync tool")
    popup = sign_in(org, button.click, "Deny")

    alert = org.get_by_role("alert")
    alert.wait_for()
    assert "OAUTH" in alert.inner_text() or "denied" in alert.inner_text().lower()
    assert popup.is_closed()
    assert studio.store.list() == []


def test_a_popup_that_is_closed_ends_the_sign_in(org: Any) -> None:
    with org.context.expect_page() as opened:
        org.get_by_role("button", name="Sign in: Sync tool").click()
    opened.value.wait_for_url("**/login**")
    opened.value.close()

    org.get_by_text("was closed before").wait_for()
    org.locator("button:enabled", has_text="Sign in").nth(1).wait_for()


def test_a_wrong_secret_fails_its_check_with_a_remedy(org: Any, studio: Studio) -> None:
    about = studio.org.describe()
    app = next(app for app in about["apps"] if app["name"] == "automation")
    org.goto(f"{studio.url}/connections/new/salesforce")
    org.get_by_role("radio", name=re.compile("client credentials")).check()
    org.get_by_label("Connection name").fill("mine")
    org.get_by_role("textbox", name="My Domain URL").fill(about["url"])
    org.get_by_role("textbox", name="Consumer Key (Client ID)").fill(app["consumer_key"])
    org.locator("input[type=password]").fill(SECRET)
    org.get_by_text("More options").click()
    org.get_by_role("checkbox", name="This is a local org").check()
    org.get_by_role("button", name="Save and test").click()

    failed = org.locator(".checks li.failed")
    failed.wait_for()
    assert failed.locator("b").inner_text() == "Sign in"
    assert failed.locator(".remedy").inner_text()
    assert SECRET not in org.content()
    org.goto(f"{studio.url}/connections")
    org.get_by_text("Needs sign-in").or_(org.get_by_text("Failed")).first.wait_for()


def test_what_is_missing_is_reported_at_its_field(page: Any, studio: Studio) -> None:
    page.goto(f"{studio.url}/connections/new/salesforce")
    page.get_by_role("button", name="Sign in with Salesforce").click()

    url = page.get_by_role("textbox", name="My Domain URL")
    assert url.get_attribute("aria-invalid") == "true"
    assert page.get_by_label("Connection name").get_attribute("aria-invalid") == "true"
    assert page.get_by_text("Required.").first.is_visible()


def test_the_guide_has_the_redirect_url_and_the_products_variant(page: Any, studio: Studio) -> None:
    page.goto(f"{studio.url}/connections/new/salesforce")

    assert page.get_by_label("Redirect URL").input_value() == f"{studio.url}/callback"
    page.get_by_label("Set up for").select_option("connected_app.helpdesk_app")
    guide = page.get_by_role("complementary", name="Setup guide")
    guide.locator("p", has_text="as a helpdesk app").first.wait_for()
    assert f"{studio.url}/callback" in guide.inner_text()


def test_renames_shares_duplicates_and_deletes(org: Any, studio: Studio) -> None:
    org.get_by_role("button", name="Add: Security automation").click()
    org.get_by_role("link", name="automation", exact=True).click()

    org.get_by_role("button", name="Rename").click()
    org.get_by_role("textbox", name="Name", exact=True).fill("nightly")
    org.get_by_role("dialog").get_by_role("button", name="Rename").click()
    org.get_by_role("heading", name="nightly").wait_for()

    org.get_by_role("link", name="Duplicate for another org").click()
    assert org.get_by_label("App profile").input_value() == "local-org-automation"
    org.get_by_label("Connection name").fill("nightly-2")
    org.get_by_role("button", name="Save and test").click()
    org.get_by_role("link", name="Open nightly-2").click()

    org.get_by_role("button", name="Delete").click()
    org.get_by_role("dialog").get_by_role("button", name="Delete").click()
    org.wait_for_url("**/connections")
    assert [connection.name for connection in studio.store.list()] == ["nightly"]


def test_escape_leaves_a_dialog_and_back_goes_back(org: Any, studio: Studio) -> None:
    org.get_by_role("button", name="Add: Security automation").click()
    org.get_by_role("link", name="automation", exact=True).click()
    org.get_by_role("button", name="Delete").click()
    org.get_by_role("dialog").wait_for()
    org.keyboard.press("Escape")

    assert org.get_by_role("dialog").count() == 0
    org.go_back()
    org.get_by_role("heading", name="Connections", exact=True).wait_for()
    assert studio.store.list()


def test_the_second_connector_appears_unchanged(page: Any, studio: Studio) -> None:
    page.goto(f"{studio.url}/connectors")
    page.get_by_role("heading", name="Echo").click()
    page.get_by_role("link", name="Add connection").click()
    page.get_by_label("Connection name").fill("room")
    page.get_by_label("Room").fill("hall")
    page.locator("input[type=password]").fill("t")
    page.get_by_role("button", name="Save and test").click()
    page.get_by_role("link", name="Open room").wait_for()
    page.get_by_text("The door.").wait_for()

    page.get_by_role("link", name="Try an action").click()
    page.get_by_role("link", name="Say", exact=True).click()
    page.get_by_role("textbox", name=re.compile("^Text")).fill("hello")
    page.get_by_role("button", name="Run").click()
    page.get_by_text("The echo is faint.").wait_for()


def test_a_broken_connector_is_shown_with_its_cause(page: Any, studio: Studio) -> None:
    page.goto(f"{studio.url}/connectors")

    broken = page.get_by_role("region", name="broken, broken")
    broken.wait_for()
    assert "no_such_module" in broken.inner_text()
