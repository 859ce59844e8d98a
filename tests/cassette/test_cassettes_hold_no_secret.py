"""No cassette holds a token, a secret or a cookie, and each says what it was recorded from."""

import re
from pathlib import Path

import pytest

CASSETTES = sorted((Path(__file__).parents[2] / "cassettes").glob("*/*.yaml"))

# What Salesforce's secrets look like, and the fields and headers that carry them.
SECRETS = (
    re.compile(r"00D\w{12,15}![.\w]+"),  # access token
    re.compile(r"\b5Aep[\w.]+"),  # refresh token
    re.compile(r"\beyJ[\w-]{10,}\.[\w-]+"),  # JWT
    re.compile(r"(?i)^\s*(authorization|cookie|set-cookie):", re.MULTILINE),
    re.compile(r"(?i)(access_token|refresh_token|client_secret|code_verifier|assertion)=(?!CUT)"),
    re.compile(r'"(access_token|refresh_token|id_token|signature)"\s*:\s*"(?!CUT)'),
    re.compile(r"(?i)bearer\s+\S{8,}"),
)


@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_holds_no_secret_and_reports_where_it_is_from(cassette: Path) -> None:
    text = cassette.read_text(encoding="utf-8")
    assert text.startswith(("# Recorded from the local org", "# Recorded from a Salesforce org"))
    for secret in SECRETS:
        assert not secret.search(text), secret.pattern


def test_the_search_finds_what_it_looks_for() -> None:
    """A secret of each kind would be found."""
    samples = (
        "00DKX00000000012AA!AQ.abc",
        "5Aep861abc.def",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln",
        "      Authorization:",
        "client_secret=abc",
        '{"access_token": "abc"}',
        "Bearer 00DKX0000000",
    )
    for secret, sample in zip(SECRETS, samples, strict=True):
        assert secret.search(sample), secret.pattern


def test_there_are_cassettes() -> None:
    assert CASSETTES
