"""The table of refused sign-ins: each row can be reached, and helps."""

import pytest

from salesforce_connector.auth.oauth_errors import CAUSES, Cause
from salesforce_connector.auth.remedies import on_page, refusal
from salesforce_connector.errors import Forbidden, RateLimited, Retryable, Unauthorized

ROWS = [
    pytest.param(each, id=" ".join(filter(None, (each.error, each.said, *each.methods))))
    for each in CAUSES
]


def test_an_unknown_code_asks_a_person_and_says_where_to_look() -> None:
    error = refusal("brand_new_code", "of next release", status=400)

    assert type(error) is Unauthorized
    assert error.code == "BRAND_NEW_CODE"
    assert "brand_new_code" in error.message
    assert "of next release" in error.message
    assert "Login History" in error.remedy
    assert error.status == 400


def test_no_code_at_all_is_still_an_error_with_a_code() -> None:
    assert refusal("").code == "SIGN_IN_REFUSED"


@pytest.mark.parametrize("row", ROWS)
def test_each_row_is_the_answer_to_its_own_words(row: Cause) -> None:
    """No row stands behind one that takes its words first."""
    error = refusal(row.error, row.said, method=row.methods[0] if row.methods else "")

    assert error.message.startswith(row.meaning)
    assert error.remedy == row.advice
    assert error.remedy.startswith(row.remedy)
    assert error.remedy.endswith(row.who)
    assert type(error) is row.kind
    assert error.code == row.error.upper()


@pytest.mark.parametrize("row", ROWS)
def test_each_row_says_what_to_change_or_to_do(row: Cause) -> None:
    places = ("Setup >", "Setup", "address", "scope")
    deeds = ("again", "Wait", "look for", "must", "Check", "Set ")

    assert row.meaning.endswith(".")
    assert row.remedy.endswith(".")
    assert any(word in row.remedy for word in (*places, *deeds))
    if (
        "Setup > External" in row.remedy
        and row.retry_after is None
        and row.kind is not Unauthorized
    ):
        assert "administrator" in row.who
    if row.kind is Forbidden:
        assert any(word in row.remedy for word in ("Setup >", "dministrator", "owner"))


@pytest.mark.parametrize(
    ("method", "helps", "misleads"),
    [
        ("client_credentials", "Consumer Key and Secret", ("untick", "without a secret")),
        ("jwt_bearer", "certificate", ("secret", "untick")),
        ("authorization_code", "untick", ("certificate",)),
        ("", "untick", ("certificate",)),
    ],
)
def test_a_wrong_proof_of_the_app_is_mended_as_the_sign_in_proves_it(
    method: str, helps: str, misleads: tuple[str, ...]
) -> None:
    """An app that signs in by itself must have a secret; one that signs has none."""
    remedy = refusal("invalid_client", "invalid client credentials", method=method).remedy
    told = remedy.replace("Key and Secret", "") if "secret" in misleads else remedy

    assert helps in remedy
    assert not any(word in told for word in misleads)


@pytest.mark.parametrize("method", ["client_credentials", "jwt_bearer"])
def test_nobody_is_told_to_sign_in_where_nobody_signs_in(method: str) -> None:
    assert "ign in again" not in refusal("invalid_grant", "no reason given", method=method).remedy
    assert "ign in again" in refusal("invalid_grant", "no reason given").remedy


@pytest.mark.parametrize(
    ("error", "said", "place"),
    [
        ("invalid_client", "", "View > Manage Consumer Details"),
        ("redirect_uri_mismatch", "", "your app > Edit"),
        ("invalid_app_access", "", "Manage > Edit Policies"),
    ],
)
def test_says_where_an_app_of_the_older_kind_has_it(error: str, said: str, place: str) -> None:
    remedy = refusal(error, said).remedy

    assert "External Client App Manager" in remedy
    assert f"{place}.)" in remedy


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (
            "<p>error=invalid_client_id&amp;error_description=client%20identifier%20invalid</p>",
            "INVALID_CLIENT_ID",
        ),
        (
            "https://acme.my.salesforce.com/x?error=redirect_uri_mismatch&error_description=no%20x",
            "REDIRECT_URI_MISMATCH",
        ),
        (
            "<h1>OAUTH_APPROVAL_ERROR_GENERIC : An unexpected error has occurred</h1>",
            "OAUTH_APPROVAL_ERROR_GENERIC",
        ),
        ("We're sorry. OAUTH_EC_APP_NOT_FOUND", "OAUTH_EC_APP_NOT_FOUND"),
    ],
)
def test_reads_the_cause_off_a_page_for_people(page: str, code: str) -> None:
    found = on_page(page)

    assert found is not None
    assert found.code == code
    assert "Login History" not in found.remedy


@pytest.mark.parametrize(
    "page", ["", "<html>down for maintenance</html>", "error= none", "&error="]
)
def test_a_page_that_names_no_cause_gives_none(page: str) -> None:
    assert on_page(page) is None


@pytest.mark.parametrize(
    "spelling", ["access_denied", "access-denied", "ACCESS_DENIED", " access_denied "]
)
def test_a_code_is_known_in_all_its_spellings(spelling: str) -> None:
    assert "pressed Deny" in refusal(spelling).message


@pytest.mark.parametrize(
    ("description", "kind"),
    [
        ("expired access/refresh token", Unauthorized),
        ("Expired Access/Refresh Token", Unauthorized),
        ("IP restricted or invalid login hours", Forbidden),
        ("no client credentials user enabled", Forbidden),
        ("login rate exceeded", RateLimited),
        ("authentication failure", Unauthorized),
        ("", Unauthorized),
    ],
)
def test_one_code_has_many_causes(description: str, kind: type[Exception]) -> None:
    assert type(refusal("invalid_grant", description)) is kind


@pytest.mark.parametrize("row", [row for row in CAUSES if row.kind is RateLimited])
def test_a_lock_out_says_how_long_it_lasts(row: Cause) -> None:
    """Longer than a process waits: each try in between is one more sign-in."""
    assert refusal(row.error, row.said).retry_after == 1800.0


def test_what_may_pass_by_itself_is_retryable_and_nothing_else_is() -> None:
    passing = {row.error for row in CAUSES if issubclass(row.kind, Retryable)}

    assert passing == {
        "invalid_grant",  # too many sign-ins alone
        "rate_limit_exceeded",
        "unknown_error",
        "temporarily_unavailable",
        "server_error",
    }


def test_salesforces_words_are_shown_in_part() -> None:
    assert len(refusal("invalid_grant", "x" * 10_000).message) < 600
