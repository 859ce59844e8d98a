"""Types of settings that several auth methods share: secrets, and text that people paste."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, WithJsonSchema

from salesforce_connector.auth.pasted_text import clean_token, strip_quotes

_SECRET: dict[str, Any] = {
    "type": "string",
    "format": "password",
    "writeOnly": True,
    "x-secret": True,
}


def _clean_secret(secret: SecretStr) -> SecretStr:
    return SecretStr(clean_token(secret.get_secret_value()))


def _require(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value():
        raise ValueError("must not be empty")
    return secret


def _clean(value: object) -> object:
    return clean_token(value) if isinstance(value, str) else value


def _strip(value: object) -> object:
    return strip_quotes(value) if isinstance(value, str) else value


Secret = Annotated[SecretStr, AfterValidator(_require), WithJsonSchema({**_SECRET, "minLength": 1})]
"""A string that is masked on screens and in reprs, and sealed by the host, unchanged."""

RequiredSecret = Annotated[
    SecretStr,
    AfterValidator(_clean_secret),
    AfterValidator(_require),
    WithJsonSchema({**_SECRET, "minLength": 1}),
]
"""A `Secret` without white space; what copying does to it is repaired."""

OptionalSecret = Annotated[SecretStr, AfterValidator(_clean_secret), WithJsonSchema(_SECRET)]
"""A `RequiredSecret` that may be empty."""

PastedText = Annotated[str, BeforeValidator(_strip)]
"""A string around which copying may have left quotes or invisible characters."""

ConsumerKey = Annotated[
    str,
    BeforeValidator(_clean),
    Field(
        title="Consumer Key (Client ID)",
        description=(
            "Identifies the app. In Setup: External Client App Manager > your app > Settings > "
            "OAuth Settings > Consumer Key and Secret."
        ),
        examples=["3MVG9LBJLApeX_PAsampleconsumerkey0000000000000000000000000000"],
        min_length=1,
    ),
]
