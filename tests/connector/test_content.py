"""Files on their way up."""

from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path

import pytest

from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call
from salesforce_connector.writing import content


def body_of(call: Call) -> bytes:
    assert callable(call.content)
    return b"".join(call.content())


@pytest.mark.parametrize("text", ["a", "====", "äöü", "SGVsbG8==", "data:text/plain,Hi"])
def test_refuses_what_is_not_base64(text: str) -> None:
    with pytest.raises(Rejected, match="base64"):
        content.decode_base64(text)


def test_passes_over_line_breaks_in_base64() -> None:
    assert content.decode_base64("SGVs\r\nbG8=\n") == b"Hello"


def test_refuses_a_file_that_is_not_there_when_it_is_read(tmp_path: Path) -> None:
    """Not before: a flow reads no file."""
    pieces = content.pieces_of(tmp_path / "none")

    with pytest.raises(Rejected, match="none") as refused:
        list(pieces())
    assert refused.value.code == "FILE_NOT_READABLE"


def test_reads_a_file_piece_by_piece_and_again_for_each_try(tmp_path: Path) -> None:
    path = tmp_path / "big"
    path.write_bytes(b"x" * (content.PIECE + 1))
    pieces = content.pieces_of(path)

    assert [len(piece) for piece in pieces()] == [content.PIECE, 1]
    assert [len(piece) for piece in pieces()] == [content.PIECE, 1]


def test_makes_two_parts_the_fields_first() -> None:
    """A parser that is not ours reads them back."""
    call = content.upload(
        "/x",
        "VersionData",
        {"Title": "Ä"},
        'of"fer\r\n.pdf',
        lambda: iter((b"\x00\xff", b"\r\n--")),
    )
    whole = f"Content-Type: {call.content_type}\r\n\r\n".encode() + body_of(call)
    first, second = BytesParser(policy=HTTP).parsebytes(whole).iter_parts()

    assert first.get_param("name", header="content-disposition") == "entity_content"
    assert first.get_content_type() == "application/json"
    assert first.get_payload(decode=True) == '{"Title":"Ä"}'.encode()
    assert second.get_param("name", header="content-disposition") == "VersionData"
    assert second.get_filename() == "of%22fer%0D%0A.pdf"
    assert second.get_payload(decode=True) == b"\x00\xff\r\n--"


def test_does_not_read_before_the_body_is_sent() -> None:
    read = list[int]()

    def pieces() -> Iterator[bytes]:
        read.append(1)
        yield b"x"

    call = content.upload("/x", "Body", {}, "x", pieces)
    assert read == []
    body_of(call)
    assert read == [1]


@pytest.mark.parametrize(
    "text",
    [
        "SGVsbG8",
        " SGVsbG8= ",
        "data:text/plain;base64,SGVsbG8=",
        "data:text/plain;charset=utf-8;base64,SGVsbG8",
        "DATA:;base64,SGVsbG8=",
    ],
)
def test_accepts_base64_as_people_paste_it(text: str) -> None:
    assert content.decode_base64(text) == b"Hello"


def test_accepts_the_alphabet_of_addresses() -> None:
    assert content.decode_base64("-_-_") == content.decode_base64("+/+/")
