"""HEAD over a socket: the headers of a GET, no body, an open connection."""

import httpx
import pytest

from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.server import serve


@pytest.mark.parametrize(
    "path", ["/services/data", "/services/data/v60.0/limits", "/services/data/v60.0/sobjects/Nope"]
)
def test_a_head_leaves_the_connection_open(org: Org, path: str) -> None:
    token = identity_of(org).token_of(org.admin_id)
    with serve(org) as url, httpx.Client(base_url=url) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        streams = []
        for method in ("HEAD", "HEAD", "GET"):
            response = client.request(method, path)
            streams.append(response.extensions["network_stream"].get_extra_info("client_addr"))
            assert bool(response.content) is (method == "GET")

    assert len(set(streams)) == 1
