"""The loopback callback, driven over HTTP as a browser does."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connector_host.callback_server import MAX_CONNECTIONS, CallbackServer
from connector_host.errors import BadInput, PortBusy, SignInUnfinished
from connector_host.host import Host
from connector_host.store.protocol import StoredConnection


def has_ipv6() -> bool:
    """Return whether this machine has the address ::1."""
    try:
        with socket.socket(socket.AF_INET6) as trial:
            trial.bind(("::1", 0))
    except OSError:
        return False
    return True


class Browser:
    """Opens an address as a person's browser would: goes on to the callback in its own time."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.page = httpx.Response(0)
        self._thread = threading.Thread()

    def __call__(self, url: str) -> None:
        redirect_uri = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        self._thread = threading.Thread(target=self._come_back, args=(redirect_uri,))
        self._thread.start()

    def _come_back(self, redirect_uri: str) -> None:
        with httpx.Client(trust_env=False) as client:
            origin = redirect_uri.removesuffix("/callback")
            assert client.get(f"{origin}/favicon.ico").status_code == 404
            self.page = client.get(f"{redirect_uri}?{self.answer}")

    def close(self) -> None:
        self._thread.join()


@pytest.fixture
def browser() -> Iterator[Callable[[str], Browser]]:
    created: list[Browser] = []

    def make(answer: str) -> Browser:
        created.append(Browser(answer))
        return created[-1]

    yield make
    for item in created:
        item.close()


def sign_in(
    host: Host, open_url: Callable[[str], object], timeout: float = 10.0
) -> StoredConnection:
    return host.sign_in(
        "acme",
        connector="echo",
        method="browser",
        settings={"room": "open"},
        open_url=open_url,
        redirect_uri="http://localhost:0/callback",
        timeout=timeout,
    )


def test_consent_creates_a_connection_and_a_success_page(
    host: Host, browser: Callable[[str], Browser]
) -> None:
    tab = browser("code=c1&state=right")

    stored = sign_in(host, tab)
    tab.close()

    assert stored.credentials == {"access_token": "for c1"}
    assert tab.page.status_code == 200
    assert "Signed in" in tab.page.text
    assert "acme" in tab.page.text
    assert "data:image/svg+xml;base64," in tab.page.text


@pytest.mark.parametrize(
    ("answer", "message"),
    [("error=access_denied&state=right", "The person said &lt;no&gt;: access_denied.")],
)
def test_denied_consent_raises_and_shows_an_error_page(
    host: Host, browser: Callable[[str], Browser], answer: str, message: str
) -> None:
    """What comes from outside is shown as text, never as markup."""
    tab = browser(answer)

    with pytest.raises(Exception, match="said <no>"):
        sign_in(host, tab)
    tab.close()

    assert "Not signed in" in tab.page.text
    assert message in tab.page.text
    assert "c1" not in tab.page.text
    assert host.store.list() == []


def test_an_error_that_is_not_meant_for_people_is_not_shown_to_the_browser(
    host: Host, browser: Callable[[str], Browser]
) -> None:
    """The tiny connector raises a KeyError of its own when there is no code at all."""
    tab = browser("state=right")

    with pytest.raises(KeyError):
        sign_in(host, tab)
    tab.close()

    assert "See the terminal for the reason." in tab.page.text
    assert "KeyError" not in tab.page.text


def test_page_sends_no_referrer(host: Host, browser: Callable[[str], Browser]) -> None:
    """Its address holds the code."""
    tab = browser("code=c1&state=right")

    sign_in(host, tab)
    tab.close()

    assert tab.page.headers["Referrer-Policy"] == "no-referrer"
    assert tab.page.headers["Cache-Control"] == "no-store"
    assert tab.page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_wait_for_the_browser_times_out(host: Host) -> None:
    opened: list[str] = []

    with pytest.raises(SignInUnfinished, match=r"did not return within 0\.01 seconds"):
        sign_in(host, opened.append, timeout=0.01)

    assert len(opened) == 1
    assert host.store.list() == []


def test_busy_port_is_an_error_before_the_browser_opens(host: Host) -> None:
    opened: list[str] = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        uri = f"http://127.0.0.1:{listener.getsockname()[1]}/callback"

        with pytest.raises(PortBusy, match=r"is busy: .* choose another with --port"):
            host.sign_in(
                "acme",
                connector="echo",
                method="browser",
                settings={"room": "open"},
                open_url=opened.append,
                redirect_uri=uri,
            )
    assert opened == []


def test_only_the_first_callback_counts() -> None:
    """A second tab, or a reload, gets no second exchange of the same code."""
    with CallbackServer("http://127.0.0.1:0/callback") as callback_server:
        callback_server.expect("right")
        first = Browser("code=c1&state=right")
        first(f"x?redirect_uri={callback_server.redirect_uri}")
        assert callback_server.wait(5.0) == f"{callback_server.redirect_uri}?code=c1&state=right"

        second = httpx.get(f"{callback_server.redirect_uri}?code=c2&state=right", trust_env=False)
        callback_server.answer("done")
        first.close()

    assert (second.status_code, first.page.text) == (409, "done")


def test_port_can_be_reused_at_once() -> None:
    """A second sign-in right after the first must not find its own port busy."""
    with CallbackServer("http://127.0.0.1:0/callback") as callback_server:
        callback_server.expect("right")
        uri = callback_server.redirect_uri
        tab = Browser("code=c1&state=right")
        tab(f"x?redirect_uri={uri}")
        callback_server.wait(5.0)
        callback_server.answer("done")
        tab.close()

    with CallbackServer(uri) as again:
        assert again.redirect_uri == uri


WRONG = {
    "no state": "/callback?code=c1",
    "an empty state": "/callback?code=c1&state=",
    "another state": "/callback?code=c1&state=wrong",
    "two states": "/callback?code=c1&state=right&state=wrong",
    "a state in the fragment": "/callback?code=c1#state=right",
    "an error without a state": "/callback?error=access_denied",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_request_without_the_right_state_is_refused_and_the_sign_in_goes_on(
    host: Host, browser: Callable[[str], Browser], wrong: str
) -> None:
    """Any web page, and any user of this machine, can send one."""
    tab = browser("code=c1&state=right")
    refused: list[int] = []

    def open_url(url: str) -> None:
        origin = parse_qs(urlsplit(url).query)["redirect_uri"][0].removesuffix("/callback")
        refused.append(httpx.get(origin + WRONG[wrong], trust_env=False).status_code)
        tab(url)

    stored = sign_in(host, open_url)
    tab.close()

    assert refused == [400]
    assert stored.credentials == {"access_token": "for c1"}


@pytest.mark.parametrize("name", ["evil.example.com", "127.0.0.1.evil.example.com:{port}", ""])
def test_a_request_under_another_name_is_refused(
    host: Host, browser: Callable[[str], Browser], name: str
) -> None:
    """A page of another site reaches this port by a name that it points here (DNS rebinding)."""
    tab = browser("code=c1&state=right")
    refused: list[int] = []

    def open_url(url: str) -> None:
        redirect_uri = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        port = urlsplit(redirect_uri).port
        headers = {"Host": name.format(port=port)}
        refused.append(
            httpx.get(
                f"{redirect_uri}?code=c9&state=right", headers=headers, trust_env=False
            ).status_code
        )
        tab(url)

    stored = sign_in(host, open_url)
    tab.close()

    assert refused == [400]
    assert stored.credentials == {"access_token": "for c1"}


def test_slow_requests_time_out_and_block_nobody() -> None:
    """As many as the server accepts at a time: each is closed at its own deadline."""
    with CallbackServer("http://127.0.0.1:0/callback", request_timeout=0.3) as server:
        server.expect("right")
        port = urlsplit(server.redirect_uri).port or 0
        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(MAX_CONNECTIONS)]
        for item in slow:
            item.sendall(b"GET /call")
        for item in slow:
            item.settimeout(10.0)
            assert item.recv(100) == b""
            item.close()
        tab = Browser("code=c1&state=right")
        tab(f"x?redirect_uri={server.redirect_uri}")
        assert "code=c1" in server.wait(5.0)
        server.answer("done")
        tab.close()
        assert tab.page.text == "done"


def test_server_listens_on_both_loopback_addresses() -> None:
    """A browser may take either for `localhost`, and nobody else may have the other."""
    with CallbackServer("http://localhost:0/callback") as server:
        port = urlsplit(server.redirect_uri).port
        hosts = ["127.0.0.1", *(["[::1]"] if has_ipv6() else [])]
        for address in hosts:
            answer = httpx.get(f"http://{address}:{port}/callback", trust_env=False)
            assert answer.status_code == 400
        assert server.redirect_uri == f"http://localhost:{port}/callback"


@pytest.mark.skipif("not has_ipv6()")
def test_port_in_use_on_one_loopback_address_is_busy() -> None:
    with socket.socket(socket.AF_INET6) as listener:
        listener.bind(("::1", 0))
        listener.listen()
        with pytest.raises(PortBusy):
            CallbackServer(f"http://localhost:{listener.getsockname()[1]}/callback")


@pytest.mark.parametrize(
    "uri", ["https://127.0.0.1/callback", "http://example.com/callback", "http://0.0.0.0/cb", "x"]
)
def test_server_listens_on_loopback_only(uri: str) -> None:
    with pytest.raises(BadInput, match="cannot return"):
        CallbackServer(uri)


def test_the_page_is_in_the_package() -> None:
    """It needs nothing of the network: no script, no font, no image but its own."""
    import connector_host

    page = (Path(connector_host.__path__[0]) / "callback_page.html").read_text("utf-8")

    assert "http" not in page
    assert "<script" not in page
