"""XML that somebody else wrote: what attacks by it is refused, by one error."""

import pytest

from salesforce_connector.errors import BadReply
from salesforce_connector.http import soap
from salesforce_connector.http.wire_response import WireResponse
from salesforce_connector.xml_text import parse_xml

LAUGHS = (
    '<?xml version="1.0"{encoding}?><!DOCTYPE a [<!ENTITY b "ha">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
)
FILE = '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>'

ATTACKS = {
    "entities": LAUGHS.format(encoding="").encode(),
    "a file": FILE.encode(),
    "a file, with a mark": FILE.encode("utf-8-sig"),
    "UTF-16": LAUGHS.format(encoding=' encoding="utf-16"').encode("utf-16"),
    "UTF-16, a file": FILE.encode("utf-16-le"),
    "UTF-7": b"<?xml version='1.0' encoding='utf-7'?>+ADwAIQ-DOCTYPE a+AD4-<a/>",
    "unknown encoding": b"<?xml version='1.0' encoding='nope'?><!DOCTYPE a><a/>",
    "no end": b"<a>" * 100_000,
    "nothing": b"",
    "bytes": b"\xff\xfe\x00",
    "NUL": b"<a>\x00</a>",
    "an entity that is not there": b"<a>&x;</a>",
    "two roots": b"<a/><a/>",
}


@pytest.mark.parametrize("content", ATTACKS.values(), ids=ATTACKS)
def test_a_hostile_document_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_xml(content)


@pytest.mark.parametrize("content", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("status", [200, 401, 500])
def test_a_malformed_soap_response_raises_a_connector_error_or_is_returned(
    content: bytes, status: int
) -> None:
    answer = WireResponse(status, [(b"content-type", b"text/xml")], content)

    assert soap.as_rest_response(answer) is answer
    with pytest.raises(BadReply):
        soap.outcome(answer)


def test_an_encoding_that_is_declared_and_not_used_is_passed_over() -> None:
    """The bytes are read as UTF-8, whatever they say of themselves."""
    assert parse_xml("<?xml version='1.0' encoding='utf-7'?><a>é</a>".encode()).text == "é"


def test_a_document_as_deep_as_it_is_long_does_not_end_the_process() -> None:
    assert parse_xml(b"<a>" * 100_000 + b"</a>" * 100_000).tag == "a"
