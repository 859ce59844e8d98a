"""Settings as people paste them: what copying adds is removed, and what is ambiguous is refused."""

from typing import Any

import pytest
from connector.method_connections import METHOD_SETTINGS
from hypothesis import given
from hypothesis import strategies as st

from salesforce_connector.auth import METHODS, read_settings
from salesforce_connector.errors import Rejected

KEY = "3MVG9LBJLApeX.PAsample_key"
SECRET = "1955279925675241571"
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"

PASTED = {
    "as it is": "{}",
    "white space around": "  {}\n",
    "double quotes": '"{}"',
    "single quotes": "'{}'",
    "typographic quotes": "\u201c{}\u201d",
    "backticks": "`{}`",
    "a code block": "```\n{}\n```",
    "a byte order mark": "\ufeff{}",
    "zero-width characters around": f"{ZERO_WIDTH}{{}}{ZERO_WIDTH}",
    "a non-breaking space": "\u00a0{}\u00a0",
}


def settings(method: str, **more: Any) -> Any:
    return read_settings(method, {**METHOD_SETTINGS[method], **more})[1]


@pytest.mark.parametrize("method", [*METHODS])
@pytest.mark.parametrize("template", PASTED.values(), ids=PASTED)
def test_a_consumer_key_is_read_as_it_was_meant(method: str, template: str) -> None:
    assert settings(method, consumer_key=template.format(KEY)).consumer_key == KEY


@pytest.mark.parametrize("method", ["authorization_code", "client_credentials"])
@pytest.mark.parametrize("template", PASTED.values(), ids=PASTED)
def test_a_consumer_secret_is_read_as_it_was_meant(method: str, template: str) -> None:
    read = settings(method, consumer_secret=template.format(SECRET))

    assert read.consumer_secret.get_secret_value() == SECRET


@pytest.mark.parametrize("inner", ["\n", "\r\n", "\u200b", " "])
def test_a_key_and_a_secret_that_were_wrapped_are_joined(inner: str) -> None:
    read = settings(
        "client_credentials",
        consumer_key=KEY[:8] + inner + KEY[8:],
        consumer_secret=SECRET[:8] + inner + SECRET[8:],
    )

    assert read.consumer_key == KEY
    assert read.consumer_secret.get_secret_value() == SECRET


@pytest.mark.parametrize("method", ["client_credentials", "jwt_bearer"])
@pytest.mark.parametrize("empty", ["", "  ", "\u200b", '""'])
def test_nothing_but_white_space_is_no_secret(method: str, empty: str) -> None:
    name = {"client_credentials": "consumer_secret", "jwt_bearer": "private_key"}[method]

    with pytest.raises(Rejected) as raised:
        settings(method, **{name: empty})

    assert raised.value.fields == (name,)


def test_a_secret_with_letters_that_it_cannot_have_is_refused_and_not_shown() -> None:
    with pytest.raises(Rejected) as raised:
        settings("client_credentials", consumer_secret="секрет-123")

    assert raised.value.fields == ("consumer_secret",)
    assert "секрет" not in str(raised.value)


@pytest.mark.parametrize(
    "pasted",
    ["********", "\u2022\u2022\u2022\u2022", "<consumer secret>", "${SECRET}", "{{ secret }}"],
)
@pytest.mark.parametrize("name", ["consumer_key", "consumer_secret"])
def test_a_mask_or_a_placeholder_is_no_key_and_no_secret(name: str, pasted: str) -> None:
    """It would be refused as a wrong secret, and some services lock an app for that."""
    with pytest.raises(Rejected, match="placeholder") as raised:
        settings("client_credentials", **{name: pasted})

    assert raised.value.fields == (name,)


@pytest.mark.parametrize("label", ["Consumer Secret: ", "client_secret=", "Client Secret\n:"])
def test_a_label_in_front_of_a_secret_is_left_out(label: str) -> None:
    read = settings("client_credentials", consumer_secret=label + SECRET)

    assert read.consumer_secret.get_secret_value() == SECRET


@pytest.mark.parametrize(
    ("pasted", "version"),
    [
        ("67.0", "67.0"),
        ("v67.0", "67.0"),
        ("V67", "67.0"),
        ("67", "67.0"),
        ("60", "60.0"),
        (" 60.0 ", "60.0"),
        ("", ""),
        (None, ""),
    ],
)
@pytest.mark.parametrize("method", [*METHODS])
def test_an_api_version_is_read_in_all_its_spellings(
    method: str, pasted: str | None, version: str
) -> None:
    assert settings(method, api_version=pasted).api_version == version


@pytest.mark.parametrize(
    ("written", "scopes"),
    [
        (["api", "refresh_token"], ("api", "refresh_token")),
        (["api refresh_token"], ("api", "refresh_token")),
        (["API"], ("api",)),
        ("api refresh_token", ("api", "refresh_token")),
        ("api,refresh_token", ("api", "refresh_token")),
        (["api", "offline_access"], ("api", "refresh_token")),
        (["api", "offline_access", "refresh_token"], ("api", "refresh_token")),
        (["api", ""], ("api",)),
        (None, ("api", "refresh_token")),
        ("['api', 'refresh_token']", ("api", "refresh_token")),
        ('["api","offline-access"]', ("api", "refresh_token")),
        ("api%20refreshToken", ("api", "refresh_token")),
        ("scope=api id", ("api", "id")),
        ("\u201capi\u201d", ("api",)),
        (
            ["Manage user data via APIs (api)", "Perform requests (refresh_token, offline_access)"],
            ("api", "refresh_token"),
        ),
    ],
)
def test_scopes_are_read_in_all_their_spellings(written: Any, scopes: tuple[str, ...]) -> None:
    assert settings("authorization_code", scopes=written).scopes == scopes


@pytest.mark.parametrize("written", [[""], [], "", ["api\x00"], [5], {"api": True}, ["<api>"]])
def test_scopes_that_are_none_are_refused_in_a_sentence(written: Any) -> None:
    with pytest.raises(Rejected) as raised:
        settings("authorization_code", scopes=written)

    assert raised.value.fields[0].startswith("scopes")
    for internal in ("value_error", "tuple_type", "after validation", "valid tuple"):
        assert internal not in str(raised.value)


@pytest.mark.parametrize("method", [*METHODS])
def test_null_for_a_setting_that_was_left_empty_is_its_default(method: str) -> None:
    """Many form libraries send null for an empty field."""
    model = METHODS[method].settings
    optional = [name for name, field in model.model_fields.items() if not field.is_required()]

    read = settings(method, **dict.fromkeys(optional))

    for name in optional:
        default = model.model_fields[name].default
        assert getattr(read, name) == default


@given(st.text(max_size=40))
def test_any_pasted_key_is_usable_or_refused(pasted: str) -> None:
    try:
        key = settings("client_credentials", consumer_key=pasted).consumer_key
    except Rejected:
        return

    assert key.isascii()
    assert key.isprintable()
    assert " " not in key
