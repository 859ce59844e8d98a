"""To which endpoints of the event bus a token goes; nothing is sent in these tests."""

import pytest
from connector.acme_connection import AcmeConnection

from salesforce_connector.errors import Forbidden, Rejected
from salesforce_connector.flow import Fetch
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.pubsub.delivery import fetch_events

TOKEN_ALONE = {"access_token": "ACCESS-1"}  # without an id, which is missed only afterwards


def to(endpoint: str) -> None:
    fetch = Fetch("/event/Ping__e", "earliest", 10, 1.0, endpoint)
    state = ConnectionState(AcmeConnection(TOKEN_ALONE))
    fetch_events(fetch, state.session.credentials, state)


@pytest.mark.parametrize(
    "endpoint",
    [
        "127.0.0.1:443",
        "localhost:8879",
        "evil.example:443",
        "api.pubsub.salesforce.com.evil.example:443",
        "evil.example/api.pubsub.salesforce.com:443",
        "api.pubsub.salesforce.com:1",
        "api.pubsub.salesforce.com",
        "",
    ],
)
def test_a_token_of_salesforces_goes_to_no_other_endpoint(endpoint: str) -> None:
    with pytest.raises(Rejected) as caught:
        to(endpoint)
    assert caught.value.code == "UNTRUSTED_ENDPOINT"
    assert not caught.value.sent


@pytest.mark.parametrize(
    "endpoint", ["api.pubsub.salesforce.com:443", "api.deu.pubsub.salesforce.com:7443"]
)
def test_salesforces_own_endpoints_may_have_it(endpoint: str) -> None:
    with pytest.raises(Forbidden, match="name their org"):
        to(endpoint)
