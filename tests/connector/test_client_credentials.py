"""The app's own sign-in, and the settings that both methods take."""

from typing import Any

import pytest
from connector.acme_connection import SETTINGS
from connector.scripted_org import form

from salesforce_connector.auth import METHODS, client_credentials, get_method, read_settings
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.errors import Rejected

WITH_A_SECRET = ("authorization_code", "client_credentials")


@pytest.mark.parametrize("host", ["login.salesforce.com", "https://test.salesforce.com/"])
def test_the_login_hosts_are_refused(host: str) -> None:
    """They do not serve this flow, and their answer would not say so."""
    with pytest.raises(Rejected) as raised:
        read_settings("client_credentials", {**SETTINGS, "my_domain_url": host})

    assert raised.value.code == "INVALID_MY_DOMAIN"
    assert raised.value.fields == ("my_domain_url",)
    assert "My Domain" in raised.value.remedy


def test_a_secret_is_required() -> None:
    with pytest.raises(Rejected, match="consumer_secret"):
        read_settings("client_credentials", {**SETTINGS, "consumer_secret": ""})


@pytest.mark.parametrize("name", WITH_A_SECRET)
@pytest.mark.parametrize(
    ("more", "messages"),
    [
        ({"consumer_key": ""}, "consumer_key"),
        ({"my_domain_url": ""}, "my_domain_url"),
        ({"my_domain_url": "evil.example"}, "not a Salesforce host"),
        ({"api_version": "68.5"}, "api_version"),
        ({"api_version": "latest"}, "api_version"),
        ({"local_org": True}, "not this machine"),
        ({"my_domain_ur": "x"}, "did you mean 'my_domain_url'?"),
    ],
)
def test_settings_that_do_not_fit_are_named(name: str, more: dict[str, Any], messages: str) -> None:
    with pytest.raises(Rejected) as raised:
        read_settings(name, {**SETTINGS, **more})

    assert messages in str(raised.value)
    assert "CONSUMER-SECRET" not in str(raised.value)


def test_an_unknown_method_names_the_known_ones() -> None:
    with pytest.raises(Rejected) as raised:
        get_method("password")

    assert raised.value.fields == ("method",)
    assert all(name in raised.value.remedy for name in METHODS)


def test_asks_on_the_orgs_own_host_without_a_scope() -> None:
    result, expected = read_settings("client_credentials", SETTINGS)
    assert isinstance(expected, client_credentials.Settings)

    request = result.refresh_request(expected, Credentials())

    assert request.base_url + request.path == "https://acme.my.salesforce.com/services/oauth2/token"
    assert form(request) == {
        "grant_type": "client_credentials",
        "client_id": "3MVG9-key",
        "client_secret": "CONSUMER-SECRET",
    }


@pytest.mark.parametrize("name", WITH_A_SECRET)
def test_a_secret_is_not_in_the_settings_repr(name: str) -> None:
    _, expected = read_settings(name, SETTINGS)

    assert "CONSUMER-SECRET" not in f"{expected!r} {expected} {expected.model_dump()}"
