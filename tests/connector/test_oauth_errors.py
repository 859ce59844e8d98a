"""The table of OAuth errors: each row can be reached, and helps."""

import pytest

from salesforce_connector.auth.oauth_error_lookup import from_oauth, from_page
from salesforce_connector.auth.oauth_errors import OAUTH_ERRORS, OAuthError
from salesforce_connector.errors import (
    ConnectorError,
    Forbidden,
    RateLimited,
    Rejected,
    Retryable,
    Unauthorized,
    Unavailable,
)

ROWS = [
    pytest.param(row, id=" ".join(filter(None, (row.error, row.description_contains, *row.grants))))
    for row in OAUTH_ERRORS
]


def test_an_unknown_code_does_not_end_the_authorization_and_reports_where_to_look() -> None:
    error = from_oauth("brand_new_code", "of next release", status=400)

    assert type(error) is Forbidden
    assert error.code == "BRAND_NEW_CODE"
    assert "brand_new_code" in error.message
    assert "of next release" in error.message
    assert "Login History" in error.remedy
    assert error.status == 400


def test_no_code_at_all_is_still_an_error_with_a_code() -> None:
    assert from_oauth("").code == "SIGN_IN_REFUSED"


@pytest.mark.parametrize("row", ROWS)
def test_each_row_is_the_answer_to_its_own_words(row: OAuthError) -> None:
    """No row stands behind one that takes its words first."""
    error = from_oauth(
        row.error or "any_code", row.description_contains, grant=row.grants[0] if row.grants else ""
    )

    assert error.message.startswith(row.meaning)
    assert error.remedy == row.advice
    assert error.remedy.startswith(row.remedy)
    assert error.remedy.endswith(row.who)
    assert type(error) is row.kind
    assert error.code == (row.error.upper() or "ANY_CODE")


@pytest.mark.parametrize("row", ROWS)
def test_each_row_reports_what_to_change_or_to_do(row: OAuthError) -> None:
    paths = ("Setup >", "Setup", "address", "scope")
    deeds = ("again", "Wait", "look for", "must", "Check", "Set ")

    assert row.meaning.endswith(".")
    assert row.remedy.endswith(".")
    assert any(word in row.remedy for word in (*paths, *deeds))
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
    remedy = from_oauth("invalid_client", "invalid client credentials", grant=method).remedy
    messages = remedy.replace("Key and Secret", "") if "secret" in misleads else remedy

    assert helps in remedy
    assert not any(word in messages for word in misleads)


@pytest.mark.parametrize("method", ["client_credentials", "jwt_bearer"])
def test_no_error_asks_to_sign_in_where_nobody_signs_in(method: str) -> None:
    assert "ign in again" not in from_oauth("invalid_grant", "no reason given", grant=method).remedy
    assert "ign in again" in from_oauth("invalid_grant", "no reason given").remedy


@pytest.mark.parametrize(
    ("error", "response", "path"),
    [
        ("invalid_client", "", "View > Manage Consumer Details"),
        ("redirect_uri_mismatch", "", "your app > Edit"),
        ("invalid_app_access", "", "Manage > Edit Policies"),
    ],
)
def test_reports_where_an_app_of_the_older_kind_has_it(
    error: str, response: str, path: str
) -> None:
    remedy = from_oauth(error, response).remedy

    assert "External Client App Manager" in remedy
    assert f"{path}.)" in remedy


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
    result = from_page(page)

    assert result is not None
    assert result.code == code
    assert "Login History" not in result.remedy


@pytest.mark.parametrize(
    "page", ["", "<html>down for maintenance</html>", "error= none", "&error="]
)
def test_a_page_that_names_no_cause_gives_none(page: str) -> None:
    assert from_page(page) is None


@pytest.mark.parametrize(
    "spelling", ["access_denied", "access-denied", "ACCESS_DENIED", " access_denied "]
)
def test_a_code_is_known_in_all_its_spellings(spelling: str) -> None:
    assert "pressed Deny" in from_oauth(spelling).message


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
    assert type(from_oauth("invalid_grant", description)) is kind


@pytest.mark.parametrize("row", [row for row in OAUTH_ERRORS if row.kind is RateLimited])
def test_a_lock_out_reports_how_long_it_lasts(row: OAuthError) -> None:
    """Longer than a process waits: each try in between is one more sign-in."""
    assert from_oauth(row.error, row.description_contains).retry_after == 1800.0


@pytest.mark.parametrize("grant", ["refresh_token", "client_credentials", "jwt_bearer"])
def test_a_request_that_is_being_processed_passes_by_itself(grant: str) -> None:
    """Another process refreshes, or the first try of this one timed out."""
    error = from_oauth("invalid_grant", "token request is already being processed", grant=grant)

    assert type(error) is Unavailable
    assert not error.sent
    assert "ign in again" not in error.remedy


@pytest.mark.parametrize(
    ("grant", "kind", "word"),
    [
        ("authorization_code", Unauthorized, "Start the sign-in again"),
        ("refresh_token", Unavailable, "Try again"),
        ("client_credentials", Unavailable, "Try again"),
        ("jwt_bearer", Rejected, "clock"),
    ],
)
def test_an_expired_code_means_what_the_grant_says(
    grant: str, kind: type[ConnectorError], word: str
) -> None:
    error = from_oauth("invalid_grant", "expired authorization code", grant=grant)

    assert type(error) is kind
    assert word in str(error)


@pytest.mark.parametrize(
    ("code", "description"),
    [
        ("app_not_found", "External client app is not installed in this org"),
        ("app_not_found", ""),
        ("invalid_client", "external client app is not installed in this org"),
        ("OAUTH_EC_APP_NOT_FOUND", ""),
        (
            "OAUTH_AUTHORIZATION_BLOCKED",
            "Cross-org OAuth flows are not supported for this external client app",
        ),
    ],
)
@pytest.mark.parametrize(
    "grant", ["authorization_code", "refresh_token", "client_credentials", "jwt_bearer"]
)
def test_an_app_that_is_not_installed_reports_how_to_install_it(
    code: str, description: str, grant: str
) -> None:
    error = from_oauth(code, description, grant=grant)

    assert type(error) is Forbidden
    for word in ("My Domain", "login.salesforce.com", "install"):
        assert word in error.remedy


@pytest.mark.parametrize(
    ("code", "description"),
    [
        ("OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app"),
        ("OAUTH_APP_ACCESS_DENIED", ""),
        ("invalid_app_access", ""),
        ("something_new", "user is not admin approved to access this app"),
    ],
)
def test_a_user_whom_no_administrator_approved_is_a_matter_of_permitted_users(
    code: str, description: str
) -> None:
    error = from_oauth(code, description)

    assert type(error) is Forbidden
    assert "Permitted Users" in error.remedy


@pytest.mark.parametrize(
    ("description", "word"),
    [("activation secret invalid", "verif"), ("token validity expired", "refresh token policy")],
)
def test_short_words_of_salesforces_are_explained(description: str, word: str) -> None:
    error = from_oauth("invalid_grant", description, grant="refresh_token")

    assert type(error) is Unauthorized
    assert word in str(error)


def test_a_description_that_is_missing_is_not_shown() -> None:
    assert "None" not in str(from_oauth("invalid_grant", ""))
    assert "()" not in str(from_oauth("invalid_grant", ""))


def test_only_errors_that_may_pass_are_retryable() -> None:
    passing = {row.error for row in OAUTH_ERRORS if issubclass(row.kind, Retryable)}

    assert passing == {
        "",  # a request that is being processed
        "invalid_grant",  # too many sign-ins, or a request that is being processed
        "rate_limit_exceeded",
        "unknown_error",
        "temporarily_unavailable",
        "server_error",
    }


def test_salesforces_words_are_shown_in_part() -> None:
    assert len(from_oauth("invalid_grant", "x" * 10_000).message) < 600


def test_a_locked_user_is_forbidden_with_a_remedy_to_unlock() -> None:
    error = from_oauth("invalid_grant", "user account is locked", grant="jwt_bearer")

    assert (error.kind, "Unlock" in error.remedy) == ("forbidden", True)
