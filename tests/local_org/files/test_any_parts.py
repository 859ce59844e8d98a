"""Any multipart body is answered."""

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PIECES = st.sampled_from(
    [b"--b\r\n", b"--b--\r\n", b"\r\n", b"\r\n\r\n", b"Content-Type: application/json\r\n",
     b'Content-Disposition: form-data; name="VersionData"; filename="a"\r\n',
     b'Content-Disposition: form-data; name="x"\r\n', b'{"PathOnClient":"a"}', b"\xff\x00"]
)  # fmt: skip


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pieces=st.lists(PIECES | st.binary(max_size=3), max_size=12))
def test_any_parts_are_answered(client: httpx.Client, pieces: list[bytes]) -> None:
    """`reraises` lets an error that no rule foresaw fail this."""
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    response = client.post("/sobjects/ContentVersion", content=b"".join(pieces), headers=kind)
    assert response.status_code in {201, 400}
