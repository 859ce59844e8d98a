"""A visitor with a browser: fills in the org's login and consent pages as a person would.

For demos and tests of whatever sends people to the org to sign in. It follows forms and redirects,
keeps cookies, and runs no scripts; neither do the pages.
"""

from html.parser import HTMLParser
from types import TracebackType
from typing import Final, Self
from urllib.parse import urljoin, urlsplit

import httpx

MOST_STEPS: Final = 12  # a sign-in takes two forms and some redirects; more is a loop


class Lost(RuntimeError):
    """The pages did not lead to the address that was waited for."""


class Visitor:
    """One person at one browser."""

    def __init__(
        self, username: str, password: str, *, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Open the browser.

        Args:
            username: Of a user of the org.
            password: Typed into the login page.
            transport: Where requests go; the network when None.
        """
        self._username = username
        self._password = password
        self._browser = httpx.Client(transport=transport, timeout=30.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the browser; its cookies are gone."""
        self._browser.close()

    def consent(self, url: str, redirect_uri: str, *, decision: str = "allow") -> str:
        """Go to an authorize URL, log in, decide, and give the address the browser is sent to.

        The address is not visited; `visit` does that.

        Args:
            url: Where the app sent the browser.
            redirect_uri: What the app waits for.
            decision: "allow" or "deny".

        Raises:
            Lost: The org showed another page, such as an error; its text is in the message.
        """
        request = self._browser.build_request("GET", url)
        for _ in range(MOST_STEPS):
            answer = self._browser.send(request)
            if answer.is_redirect:
                there = urljoin(str(answer.url), answer.headers["location"])
                if _same_address(there, redirect_uri):
                    return there
                request = self._browser.build_request("GET", there)
                continue
            page = _Page(answer.text)
            form = page.form_with("pw") or page.form_with("decision")
            if form is None:
                raise Lost(f"The org says: {page.words[:300]}")
            fields = dict(form.fields)
            if "pw" in fields:
                fields.update(username=self._username, pw=self._password)
                self._password, typed = "", self._password
                if not typed:
                    raise Lost(f"The org does not take the password: {page.words[:300]}")
            if "decision" in fields:
                fields["decision"] = decision
            action = urljoin(str(answer.url), form.action)
            request = self._browser.build_request("POST", action, data=fields)
        raise Lost("The org's pages lead nowhere.")

    def visit(self, url: str) -> str:
        """Go to an address and give the text that its page shows."""
        return _Page(self._browser.get(url).text).words


def _same_address(url: str, other: str) -> bool:
    one, two = urlsplit(url), urlsplit(other)
    return (one.scheme, one.netloc, one.path) == (two.scheme, two.netloc, two.path)


class _Form:
    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, str] = {}


class _Page(HTMLParser):
    """The forms and the words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._forms: list[_Form] = []
        self._texts: list[str] = []
        self._silent = 0
        self.feed(html)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self._texts).split())

    def form_with(self, field: str) -> _Form | None:
        """Give the form that has this field."""
        return next((form for form in self._forms if field in form.fields), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self._forms.append(_Form(found.get("action") or ""))
        elif tag in ("input", "button") and self._forms and (name := found.get("name")):
            self._forms[-1].fields[name] = found.get("value") or ""
        elif tag in ("style", "title", "script"):
            self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "title", "script"):
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._texts.append(data)
