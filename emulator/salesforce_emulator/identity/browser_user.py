"""A person at a browser, for demos and tests: follows redirects, logs in, allows or denies.

It reads the pages of the local org and fills in their forms as a browser does; it knows nothing
else of the org. No script runs in it, as none is in the pages.
"""

from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

_MAX_STEPS = 12  # pages and redirects before the callback


class Lost(Exception):
    """The browser did not reach the callback; the message names the page it stopped at."""


class BrowserUser:
    """A browser with its cookies, and somebody who knows a username and a password.

    Attributes:
        pages: The HTML of the pages that were shown, the last one last.
    """

    def __init__(self, client: httpx.Client, username: str, password: str) -> None:
        """Use `client` for all pages; its cookies are the browser's."""
        self._client = client
        self._username = username
        self._password = password
        self.pages: list[str] = []

    def authorize(self, url: str, callback: str, *, allow: bool = True) -> str:
        """Open an authorization URL, and return the URL of the callback it ends at.

        Args:
            url: What the app would open in a browser.
            callback: The redirect URI; it is not opened.
            allow: False presses Deny.

        Raises:
            Lost: a page does not lead to the callback, as after a wrong password.
        """
        response = self._client.get(url, follow_redirects=False)
        logged_in = False
        for _ in range(_MAX_STEPS):
            if response.is_redirect:
                target = urljoin(str(response.url), response.headers["location"])
                if target.partition("?")[0] == callback.partition("?")[0]:
                    return target
                response = self._client.get(target, follow_redirects=False)
                continue
            self.pages.append(response.text)
            form = _form_of(response.text)
            if form is None or (form.asks_password and logged_in):
                break
            if form.asks_password:
                logged_in = True
                fields = form.fields | {"username": self._username, "pw": self._password}
            else:
                fields = form.fields | {"decision": "allow" if allow else "deny"}
            action = urljoin(str(response.url), form.action)
            response = self._client.post(action, data=fields, follow_redirects=False)
        raise Lost(f"stopped at {response.url.copy_with(query=None)} with {response.status_code}")

    def visit(self, url: str) -> str:
        """Open a page, and return its text."""
        words = _Words()
        words.feed(self._client.get(url).text)
        words.close()
        return " ".join(" ".join(words.texts).split())


class _Form:
    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, str] = {}
        self.asks_password = False
        self.asks_decision = False


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(_Form(attributes.get("action", "")))
        elif self.forms and tag == "input" and "name" in attributes:
            self.forms[-1].fields[attributes["name"]] = attributes.get("value", "")
            self.forms[-1].asks_password |= attributes.get("type") == "password"
        elif self.forms and tag == "button":
            self.forms[-1].asks_decision |= attributes.get("name") == "decision"


class _Words(HTMLParser):
    _UNSEEN = ("style", "title", "script")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._unseen += tag in self._UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in self._UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.texts.append(data)


def _form_of(html: str) -> _Form | None:
    parser = _Forms()
    parser.feed(html)
    parser.close()
    return next((form for form in parser.forms if form.asks_password or form.asks_decision), None)
