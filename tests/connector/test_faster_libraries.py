"""Libraries of the extra `fast` give what the standard ones give."""

import gzip
import json
import zlib
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_connector.errors import BadReply
from salesforce_connector.http.body import ZLIB, Decompressor, Inflate, fastest
from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.records import decode

isal_zlib = pytest.importorskip("isal.isal_zlib")
ISAL = Inflate(isal_zlib.decompressobj, isal_zlib.error)

LIBRARIES = pytest.mark.parametrize("inflate", [ZLIB, ISAL], ids=["zlib", "isal"])


def test_the_fastest_library_is_used_where_it_is_installed() -> None:
    assert fastest().begin is isal_zlib.decompressobj


@LIBRARIES
@given(
    parts=st.lists(st.binary(max_size=3_000), min_size=1, max_size=4),
    size=st.integers(1, 700),
    deflate=st.booleans(),
)
def test_a_body_comes_out_as_it_went_in(
    inflate: Inflate, parts: list[bytes], size: int, deflate: bool
) -> None:
    """However it is cut into chunks, and for gzip in however many parts."""
    body = zlib.compress(parts[0]) if deflate else b"".join(map(gzip.compress, parts))
    decompressor = Decompressor("deflate" if deflate else "gzip", inflate)
    pieces = [
        piece
        for start in range(0, len(body), size)
        for piece in decompressor.feed(body[start : start + size])
    ]
    decompressor.finish()
    assert b"".join(pieces) == (parts[0] if deflate else b"".join(parts))


@LIBRARIES
def test_pieces_are_bounded(inflate: Inflate) -> None:
    """Five kilobytes become five megabytes, a megabyte at a time."""
    pieces = list(Decompressor("gzip", inflate).feed(gzip.compress(bytes(5_000_000))))
    assert sum(map(len, pieces)) == 5_000_000
    assert max(map(len, pieces)) <= 2**20


@LIBRARIES
@pytest.mark.parametrize(
    "body", [b"no gzip at all", gzip.compress(b"x" * 500)[:-9]], ids=["not gzip", "truncated"]
)
def test_broken_data_is_no_response(inflate: Inflate, body: bytes) -> None:
    decompressor = Decompressor("gzip", inflate)
    with pytest.raises(NoResponse):
        _read(decompressor, body)


def _read(decompressor: Decompressor, body: bytes) -> None:
    list(decompressor.feed(body))
    decompressor.finish()


@pytest.mark.slow
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_large_json_is_read_as_small_json_is(value: Any) -> None:
    small = json.dumps({"value": value}).encode()
    large = small[:-1] + b" " * 40_000 + b"}"
    assert decode(httpx.Response(200, content=large)) == json.loads(small)


def test_large_json_that_is_none_is_a_bad_reply() -> None:
    with pytest.raises(BadReply) as caught:
        decode(httpx.Response(200, content=b"<html>" + b" " * 40_000))
    assert caught.value.code == "NOT_JSON"
