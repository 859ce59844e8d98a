"""Hosts, consumer keys, and the registry of apps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_emulator.identity import Identity
from salesforce_emulator.identity.addresses import address_of
from salesforce_emulator.identity.errors import IdentityError
from salesforce_emulator.identity.pkce import challenge_of, check_verifier
from salesforce_emulator.identity.scopes import LABELS, ordered, requested

OWN = "acme.my.salesforce.com"


@pytest.mark.parametrize(
    ("scheme", "host", "host_kind", "my_domain", "identity"),
    [
        ("https", OWN, "my_domain", f"https://{OWN}", "https://login.salesforce.com"),
        ("https", "ACME.my.Salesforce.com", "my_domain", f"https://{OWN}", None),
        ("https", "login.salesforce.com", "login", f"https://{OWN}", None),
        ("https", "test.salesforce.com", "test", f"https://{OWN}", None),
        (
            "https",
            "login.salesforce.com:8443",
            "login",
            f"https://{OWN}:8443",
            "https://login.salesforce.com:8443",
        ),
        ("http", "localhost:80", "login", "http://127.0.0.1:80", "http://localhost:80"),
        ("http", "localhost", "login", "http://127.0.0.1", "http://localhost"),
        ("http", "127.0.0.1:9", "my_domain", "http://127.0.0.1:9", "http://127.0.0.1:9"),
        ("http", "[::1]:9", "my_domain", "http://[::1]:9", "http://[::1]:9"),
        ("https", "evil.example/x", "my_domain", f"https://{OWN}", None),
        ("https", "", "my_domain", f"https://{OWN}", None),
    ],
)
def test_login_host_and_my_domain_are_distinguished(
    scheme: str, host: str, host_kind: str, my_domain: str, identity: str | None
) -> None:
    address = address_of(scheme, host, OWN)
    assert (address.host_kind, address.my_domain) == (host_kind, my_domain)
    assert identity is None or address.identity == identity


def test_identity_urls_of_a_sandbox_are_on_its_login_host() -> None:
    assert address_of("https", OWN, OWN, sandbox=True).identity == "https://test.salesforce.com"


def test_apps_are_looked_up_by_name_and_key(identity: Identity) -> None:
    for app in identity.apps:
        assert len(app.consumer_key) == 85
        assert identity.apps.by_key(app.consumer_key) is app
    assert [app.name for app in identity.apps] == [
        "helpdesk",
        "automation",
        "sync",
        "platform",
        "crm-sync",
    ]
    with pytest.raises(KeyError, match="no app 'nobody'; there are: helpdesk"):
        identity.apps["nobody"]


def test_a_new_app_has_a_key_of_its_own(identity: Identity) -> None:
    created = identity.apps.create("mine", callback_urls=("https://engine.example/cb",))
    assert identity.apps.by_key(created.consumer_key) is created
    with pytest.raises(ValueError, match="is there already"):
        identity.apps.create("mine")


def test_an_ip_range_must_be_one(identity: Identity) -> None:
    with pytest.raises(ValueError, match="IPv4 or IPv6 network"):
        identity.logins.change("x@y.example", ip_ranges=("ten dot",))


@given(st.from_regex(r"[A-Za-z0-9._~-]{43,171}", fullmatch=True))
def test_a_verifier_fits_its_own_challenge_alone(verifier: str) -> None:
    """For every verifier of 43 to 171 letters, jsforce's 171 included."""
    challenge = challenge_of(verifier)
    assert len(challenge) == 43
    check_verifier(challenge, verifier)
    with pytest.raises(IdentityError):
        check_verifier(challenge, f"{verifier}x")


@given(st.lists(st.sampled_from(sorted(LABELS)), unique=True), st.randoms())
def test_scopes_have_one_order(scopes: list[str], random: object) -> None:
    """Whatever order they are asked in, and asking for what one has gives what one has."""
    assert ordered(scopes) == ordered(reversed(scopes))
    assert requested(" ".join(scopes), LABELS) == ordered(scopes or LABELS)
    assert requested(None, scopes) == ordered(scopes)
