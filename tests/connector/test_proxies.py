"""The proxy and the certificates of this machine: which are used, and what is said of bad ones."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import ConnectorError, Forbidden
from salesforce_connector.http.proxies import Proxies

ORG = "acme.my.salesforce.com"
NAMES = ("HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY", "NO_PROXY")

Run = Callable[[AcmeConnection], ConnectorError]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def run_sync(connection: AcmeConnection) -> ConnectorError:
    plugin = SalesforceConnector()
    try:
        with pytest.raises(ConnectorError) as raised:
            plugin.run_action("salesforce", "get_limits", connection, {}, None)
    finally:
        plugin.close()
    return raised.value


def run_async(connection: AcmeConnection) -> ConnectorError:
    async def main() -> None:
        started = plugin.run_action_async("salesforce", "get_limits", connection, {}, None)
        assert started is not None
        await started

    plugin = SalesforceConnector()
    try:
        with pytest.raises(ConnectorError) as raised:
            asyncio.run(main())
    finally:
        plugin.close()
    return raised.value


both = pytest.mark.parametrize("run", [run_sync, run_async], ids=["sync", "async"])


def check(connection: AcmeConnection) -> dict[str, str]:
    """Test a connection; give the status of each step."""
    plugin = SalesforceConnector()
    try:
        report = plugin.test_connection("salesforce", connection)
    finally:
        plugin.close()
    assert report is not None
    assert "PASSWORD" not in str(report)
    return {item["id"]: item["status"] for item in report["checks"]}


@pytest.mark.parametrize(
    ("name", "setting", "url", "shown"),
    [
        ("HTTPS_PROXY", "http://proxy.example:3128", None, "http://proxy.example:3128"),
        ("https_proxy", "proxy.example:3128", "http://proxy.example:3128", None),
        ("ALL_PROXY", "http://proxy.example:3128", None, None),
        (
            "HTTPS_PROXY",
            "me:PASSWORD@proxy.example:3128",
            "http://me:PASSWORD@proxy.example:3128",
            "http://proxy.example:3128",
        ),
        (
            "HTTPS_PROXY",
            "http://me:P@SS%2FWORD@proxy.example:3128",
            "http://me:P%40SS%2FWORD@proxy.example:3128",
            "http://proxy.example:3128",
        ),
        ("HTTPS_PROXY", "http://[::1]:3128", "http://[::1]:3128", None),
    ],
)
def test_reads_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, setting: str, url: str | None, shown: str | None
) -> None:
    monkeypatch.setenv(name, setting)

    assert Proxies().url_for(ORG) == (url or setting)
    assert Proxies().shown_for(ORG) == (shown or url or setting)
    assert Proxies().url_for("127.0.0.1") is None


@pytest.mark.parametrize("listed", [ORG, "salesforce.com", ".salesforce.com", "*"])
def test_hosts_that_no_proxy_lists_are_reached_directly(
    monkeypatch: pytest.MonkeyPatch, listed: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", listed)

    assert Proxies().url_for(ORG) is None
    assert Proxies().shown_for(ORG) is None


INVALID = {
    "a SOCKS proxy": "socks5://me:PASSWORD@127.0.0.1:1080",
    "SOCKS with names": "socks5h://127.0.0.1:1080",
    "no port after the colon": "http://me:PASSWORD@proxy.example:port",
    "a password that ends the address": "me:PASS#PASSWORD@proxy.example:3128",
    "another scheme": "ftp://me:PASSWORD@proxy.example",
    "no host": "http://",
    "a broken IPv6 address": "http://[::1",
    "a space": "http://proxy example:3128",
}


@both
@pytest.mark.parametrize("setting", INVALID.values(), ids=INVALID)
def test_a_setting_that_cannot_be_used_is_an_error_of_the_run(
    monkeypatch: pytest.MonkeyPatch, run: Run, setting: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", setting)

    error = run(AcmeConnection())

    assert type(error) is Forbidden
    assert error.code == "PROXY_INVALID"
    assert "HTTPS_PROXY" in error.remedy
    assert "PASSWORD" not in str(error)


@pytest.mark.parametrize("setting", INVALID.values(), ids=INVALID)
def test_a_setting_that_cannot_be_used_fails_the_check(
    monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", setting)

    assert check(AcmeConnection())["proxy"] == "failed"


@contextmanager
def listening(answer: bytes) -> Generator[int]:
    """A proxy that has one answer to all, on a port of its own."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                client, _ = server.accept()
            except TimeoutError:
                continue
            with client:
                client.settimeout(2)
                client.recv(65_536)
                client.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        over.set()
        thread.join()
        server.close()


@both
def test_a_wrong_password_of_the_proxy_reports_so(
    monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with listening(refusal) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:PASSWORD@127.0.0.1:{port}")
        error = run(AcmeConnection())
        assert check(AcmeConnection())["proxy"] == "failed"

    assert type(error) is Forbidden
    assert error.code == "PROXY_AUTHENTICATION_REQUIRED"
    assert not error.sent
    assert "PASSWORD" not in str(error)


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_a_proxy_that_is_down_fails_its_check(
    monkeypatch: pytest.MonkeyPatch, closed_port: int
) -> None:
    """It is not taken for an org that is down, and no later step reads ok."""
    monkeypatch.setenv("ALL_PROXY", f"http://me:PASSWORD@127.0.0.1:{closed_port}")

    statuses = check(AcmeConnection())

    assert statuses.pop("proxy") == "failed"
    assert {*statuses.values()} == {"skipped"}


def local(port: int, scheme: str = "http") -> AcmeConnection:
    url = f"{scheme}://127.0.0.1:{port}"
    return AcmeConnection(
        {**SIGNED_IN, "instance_url": url}, settings={"my_domain_url": url, "local_org": True}
    )


def test_a_port_that_nobody_listens_on_fails_the_address_alone(closed_port: int) -> None:
    statuses = check(local(closed_port, "https"))

    assert [statuses[step] for step in ("proxy", "dns", "tls", "address")] == [
        "ok",
        "ok",
        "skipped",
        "failed",
    ]


@pytest.fixture(scope="module")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody vouches for, with its key."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "own.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return path


@contextmanager
def serving_tls(certificate: Path) -> Generator[int]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                client, _ = server.accept()
            except TimeoutError:
                continue
            client.settimeout(2)
            try:
                context.wrap_socket(client, server_side=True).close()
            except OSError:  # the other side refuses the certificate
                client.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        over.set()
        thread.join()
        server.close()


@both
def test_a_certificate_that_is_not_trusted_reports_so_on_a_run(
    run: Run, own_certificate: Path
) -> None:
    with serving_tls(own_certificate) as port:
        error = run(local(port, "https"))

    assert type(error) is Forbidden
    assert error.code == "CERTIFICATE_NOT_TRUSTED"
    assert "certificate" in error.message
    assert "SSL_CERT_FILE" in error.remedy
    assert not error.sent


def test_a_certificate_that_is_not_trusted_fails_the_check(own_certificate: Path) -> None:
    with serving_tls(own_certificate) as port:
        statuses = check(local(port, "https"))

    assert [statuses[step] for step in ("proxy", "dns", "tls", "address")] == [
        "ok",
        "ok",
        "failed",
        "skipped",
    ]
