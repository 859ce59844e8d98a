"""URLs that an input may name: those of servers that the host allows, and that are public."""

import gc
import ipaddress
import logging
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from connector.client_drivers import AsyncDriver, SyncDriver
from connector.scripted_org import ScriptedOrg, answer
from file_server import HOST, PUBLIC, FileServer, serve_files
from flow_driver import serve
from memory_connection import MemoryConnection

from salesforce_actions.actions import bulk_write, upload_file
from salesforce_connector.errors import ConnectorError, Rejected, Unavailable
from salesforce_connector.files.urls import FILES_FROM, check_url, is_public
from salesforce_connector.flow import in_thread
from salesforce_connector.http.remote_file import RemoteFile
from salesforce_connector.http.result import Result

Run = Any


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    with serve_files(tmp_path, monkeypatch) as server:
        yield server


def read(url: str, **options: Any) -> bytes:
    with RemoteFile(check_url(url, "url"), **options) as file:
        file.fetch()
        return b"".join(file.pieces())


def error_of(url: str, **options: Any) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        read(url, **options)
    return raised.value


@pytest.mark.parametrize("allowed", [None, "", " , ", "example.com"])
def test_nothing_is_allowed_by_default(
    allowed: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if allowed is None:
        monkeypatch.delenv(FILES_FROM, raising=False)
    else:
        monkeypatch.setenv(FILES_FROM, allowed)
    assert error_of("https://files.example.com/x").code == "URL_NOT_ALLOWED"


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example.com/x",
        "file:///etc/passwd",
        "ftp://files.example.com/x",
        "//files.example.com/x",
        "https:///x",
        "https://user:secret@files.example.com/x",
        "https://files.example.com@evil.example/x",
        "https://evil.example/files.example.com",
        "https://files.example.com.evil.example/x",
        "https://notfiles.example.com/x",
        "https://files.example.com:8443/x",
        "https://files.example.com:0x1/x",
        "https://files.example.com/a b",
        "https://files.example.com/a\r\nHost: evil",
        "https://files.example.com/\N{SNOWMAN}",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://\N{FULLWIDTH LATIN SMALL LETTER F}.example/x",
        f"https://files.example.com/{'x' * 9_000}",
    ],
)
def test_a_url_that_is_none_of_an_allowed_server_is_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FILES_FROM, "files.example.com, other.example:8443")
    error = error_of(url)
    assert (error.code, error.fields) == ("URL_NOT_ALLOWED", ("url",))
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("allowed", "url", "host"),
    [
        ("files.example.com", "https://FILES.example.com./x?a=b", "files.example.com"),
        ("*.example.com", "https://a.b.example.com/", "a.b.example.com"),
        ("a.example:8443", "https://a.example:8443/x", "a.example"),
        ("xn--bcher-kva.example", "https://b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example/x",
         "xn--bcher-kva.example"),
        ("[2001:4860:4860::8888]:443", "https://[2001:4860:4860::8888]/x",
         "2001:4860:4860::8888"),
    ],
)  # fmt: skip
def test_a_url_of_an_allowed_server(
    allowed: str, url: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FILES_FROM, allowed)
    assert check_url(url, "url").host == host


def test_a_wildcard_is_not_the_domain_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FILES_FROM, "*.example.com")
    assert error_of("https://example.com/x").code == "URL_NOT_ALLOWED"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1",  # noqa: S104 - refused
        "240.0.0.1", "255.255.255.255", "192.0.2.1", "::", "::1",
        "fe80::1", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::", "64:ff9b::a9fe:a9fe", "2001:0:7f00:1::", "fec0::1",
    ],
)  # fmt: skip
def test_an_address_of_a_private_network_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", [PUBLIC, "1.1.1.1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["169.254.169.254"], [PUBLIC, "10.0.0.1"], ["::1"], []]
)
def test_a_name_that_leads_to_a_private_address_is_refused(
    files: FileServer, addresses: list[str]
) -> None:
    """One such address is enough: which one is connected to, chance would decide."""
    url = files.add("/x", b"secret")
    files.addresses = addresses
    assert error_of(url).code == "URL_NOT_ALLOWED"
    assert files.connected == []


def test_the_address_that_was_judged_is_connected_to(
    files: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name whose second look-up leads elsewhere gains nothing."""
    url, looked_up = files.add("/x", b"data"), []
    before = socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        looked_up.append(host)
        return before(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert read(url) == b"data"
    assert (looked_up.count(HOST), files.connected) == (1, [(PUBLIC, 443)])


def test_a_name_that_is_not_known_may_be_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setenv(FILES_FROM, "gone.example")
    error = error_of("https://gone.example/x")
    assert (error.code, error.kind) == ("HOST_UNKNOWN", "retryable")


def test_a_certificate_of_another_name_is_refused(
    files: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.add("/x", b"data")
    monkeypatch.setenv(FILES_FROM, "8.8.8.8")
    error = error_of("https://8.8.8.8/x")
    assert error.code == "CERTIFICATE_NOT_TRUSTED"
    assert files.requests == []


@pytest.mark.parametrize(
    "location",
    [
        "http://{host}/y", "https://evil.example/y", "//evil.example/y", "https://127.0.0.1/y",
        "https://other.salesforce.com/y", "https://{host}:8443/y", "file:///etc/passwd",
        "https://user:x@{host}/y", "",
    ],
)  # fmt: skip
def test_a_redirect_elsewhere_is_refused(
    files: FileServer, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FILES_FROM, f"{HOST}, {HOST}:8443, other.salesforce.com")
    url = files.add("/x", b"", 302, Location=location.format(host=HOST))
    error = error_of(url)
    if location:
        assert error.code == "URL_NOT_ALLOWED"
        assert len(files.requests) == 1
    else:  # to itself, for ever
        assert error.code == "URL_NOT_READABLE"
        assert len(files.requests) == 6


def test_a_redirect_to_the_same_server_is_followed(files: FileServer) -> None:
    files.add("/y?a=b", b"data")
    assert read(files.add("/x", b"", 307, Location="y?a=b")) == b"data"
    assert read(files.add("/z", b"", 302, Location=f"https://{HOST}/y?a=b")) == b"data"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, "rejected"), (403, "rejected"), (503, "retryable"), (429, "retryable")],
)
def test_a_refusal_reports_whether_it_may_pass(files: FileServer, status: int, kind: str) -> None:
    error = error_of(files.add("/x?signature=secret", b"no", status))
    assert (error.code, error.kind) == ("URL_NOT_READABLE", kind)
    assert "secret" not in str(error)


def test_a_file_that_is_too_large_is_refused(files: FileServer) -> None:
    """By what the server says of it, or by what it sends."""
    assert error_of(files.add("/x", b"x" * 101), max_bytes=100).code == "FILE_TOO_LARGE"
    url = files.add("/y", b"x" * 101)
    del files.answers["/y"][1]["Content-Length"]
    assert error_of(url, max_bytes=100).code == "FILE_TOO_LARGE"
    assert len(read(url, max_bytes=101)) == 101


def test_a_truncated_file_is_not_accepted_as_complete(files: FileServer) -> None:
    url = files.add("/x", b"half")
    files.answers["/x"][1]["Content-Length"] = "8"
    assert isinstance(error_of(url), Unavailable)


def test_a_compressed_file_is_refused(files: FileServer) -> None:
    """A few kilobytes could become gigabytes."""
    url = files.add("/x", b"x", Content_Encoding="gzip")
    assert error_of(url).code == "URL_NOT_READABLE"


def test_no_token_goes_along_and_nothing_is_left(files: FileServer, tmp_path: Path) -> None:
    url = files.add("/x?a=b", b"data")
    assert read(url) == b"data"
    ((target, headers),) = files.requests
    assert target == "/x?a=b"
    assert headers["Host"] == HOST
    assert not {"Authorization", "Cookie", "Referer"} & headers.keys()
    assert [entry for entry in Path(tempfile.gettempdir()).glob("tmp*") if entry.is_file()
            and entry.read_bytes() == b"data"] == []  # fmt: skip
    gc.collect()  # a file left open would warn here


def test_no_log_holds_the_query(files: FileServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    read(files.add("/x?signature=secret", b"data"))
    assert "secret" not in caplog.text
    assert "secret" not in repr(check_url(f"https://{HOST}/x?signature=secret", "url"))


@pytest.mark.parametrize("driver", [SyncDriver, AsyncDriver])
def test_a_flow_gets_a_copy_and_no_event_loop_waits_for_it(files: FileServer, driver: Any) -> None:
    url, threads = files.add("/x", b"data"), []
    connect = socket.create_connection

    def create_connection(*args: Any, **options: Any) -> Any:
        threads.append(threading.current_thread())
        return connect(*args, **options)

    def flow() -> Any:
        with RemoteFile(check_url(url, "url")) as copy:
            yield from in_thread(copy.fetch)
            return b"".join(copy.pieces())

    connection = MemoryConnection(
        "client_credentials",
        {"my_domain_url": "acme.my.salesforce.com", "consumer_key": "K", "consumer_secret": "S"},
        {"access_token": "T", "instance_url": "https://acme.my.salesforce.com"},
    )
    running = driver(connection, ScriptedOrg(lambda _: answer(200, {})))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "create_connection", create_connection)
        assert running.drive(flow(), Result()) == b"data"
    running.close()
    is_main = threads == [threading.main_thread()]
    assert is_main is (driver is SyncDriver)


@pytest.mark.parametrize(
    ("module", "inputs"),
    [
        (upload_file, {}),
        (bulk_write, {"sobject": "Account", "operation": "insert"}),
    ],
)
def test_no_action_asks_salesforce_before_the_url_is_allowed(
    module: Any, inputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FILES_FROM, raising=False)
    args = module.Input.model_validate({**inputs, "url": "https://files.example.com/x.csv"})
    run = serve(module.flow(args), lambda *_: pytest.fail("nothing is to be sent"))
    assert isinstance(run.error, Rejected)
    assert run.error.code == "URL_NOT_ALLOWED"


def test_a_closed_copy_gives_nothing_more(files: FileServer) -> None:
    with RemoteFile(check_url(files.add("/x", b"data"), "url")) as file:
        file.fetch()
    with pytest.raises(ValueError, match="closed"):
        next(file.pieces())


def test_a_dry_run_fetches_nothing(files: FileServer) -> None:
    url = check_url(files.add("/x", b"data"), "url")
    with RemoteFile(url) as file, pytest.raises(Rejected) as refused:
        next(file.pieces())
    assert refused.value.code == "FILE_NOT_READABLE"
    assert files.requests == []
