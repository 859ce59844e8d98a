"""A caller of the partner API, which writes its own XML."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import httpx

from salesforce_emulator.org.state import Org

ENVELOPE = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns="urn:partner.soap.sforce.com" xmlns:so="urn:sobject.partner.soap.sforce.com"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><e:Header>{header}</e:Header>'
    "<e:Body>{body}</e:Body></e:Envelope>"
)


class Partner:
    """Sends operations and reads what comes back, as names and texts."""

    def __init__(self, client: httpx.Client, org: Org, token: str) -> None:
        self._client = client
        self._url = f"https://{org.host}/services/Soap/u/68.0"
        self.session = f"<SessionHeader><sessionId>{token}</sessionId></SessionHeader>"

    def post(self, body: str, header: str | None = None, url: str = "") -> httpx.Response:
        values = self.session if header is None else header
        content = ENVELOPE.format(header=values, body=body).encode()
        return self.post_raw(content, url)

    def post_raw(self, content: bytes, url: str = "") -> httpx.Response:
        headers = {"Content-Type": "text/xml", "Authorization": ""}
        return self._client.post(url or self._url, content=content, headers=headers)

    def results(self, body: str) -> list[dict[str, list[str]]]:
        """Return each result: the texts of all elements in it, by name."""
        response = self.post(body)
        assert response.status_code == 200, response.text
        result = []
        for node in ET.fromstring(response.content).iter():  # noqa: S314 - the local org's own
            if node.tag.endswith("}result"):
                texts: dict[str, list[str]] = {}
                for item in node.iter():
                    if len(item) == 0 and item.text:
                        texts.setdefault(item.tag.rpartition("}")[2], []).append(item.text)
                result.append(texts)
        return result

    def result(self, body: str) -> dict[str, list[str]]:
        (only,) = self.results(body)
        return only

    def fault(self, answer: httpx.Response) -> tuple[str, str]:
        assert answer.status_code == 500
        assert answer.headers["content-type"].startswith("text/xml")
        texts = {
            node.tag.rpartition("}")[2]: node.text or ""
            for node in ET.fromstring(answer.content).iter()  # noqa: S314 - the local org's own
        }
        return texts["faultcode"], texts["faultstring"]


Rows = Callable[[str], list[dict[str, Any]]]
