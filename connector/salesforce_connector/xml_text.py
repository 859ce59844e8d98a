"""Parses XML that somebody else wrote: UTF-8 alone, and without a document type.

A document type is what entity attacks need, and Salesforce sends none. An encoding of its own could
hide one, or be one that the parser cannot read.
"""

from xml.etree import ElementTree as ET


def parse_xml(content: bytes) -> ET.Element:
    """Parse a document.

    Raises:
        ValueError: It is none, of another encoding, has a document type, or is nested without end.
    """
    text = content.decode("utf-8-sig")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("it has a document type")
    try:
        return ET.fromstring(text)  # noqa: S314 - no document type; of a string, as it is decoded
    except (ET.ParseError, LookupError, RecursionError) as exc:
        raise ValueError("it is not XML") from exc
