"""The org over https, with the test CA that `org serve --tls` makes."""

import signal
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from local_org.served_process import served_process

from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.certificates import Certificates, write_certificates
from salesforce_emulator.serving.server import serve


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return write_certificates(tmp_path)


@pytest.fixture
def url(org: Org, certificates: Certificates) -> Iterator[str]:
    with serve(org, certificates=certificates) as base_url:
        yield base_url


def test_a_client_that_does_not_know_the_ca_is_not_connected(url: str) -> None:
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{url}/services/data")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "login.salesforce.com",
        "my-company.my.salesforce.com",
        "my-company--uat.sandbox.my.salesforce.com",
        "my-dev-ed.develop.my.salesforce.com",
    ],
)
def test_the_certificate_is_good_for_loopback_and_salesforce_names(
    url: str, certificates: Certificates, host: str
) -> None:
    trusting = ssl.create_default_context(cafile=certificates.ca)

    with httpx.Client(verify=trusting) as client:
        result = client.get(
            f"{url}/services/data", headers={"Host": host}, extensions={"sni_hostname": host}
        )

    assert result.status_code == 200


def test_tokens_over_tls_name_an_https_instance(
    url: str, certificates: Certificates, org: Org
) -> None:
    """What a client is sent on to is reached as it came: by https, on the same port."""
    from salesforce_emulator.identity import identity_of

    app = next(app for app in identity_of(org).apps if app.name == "automation")
    with httpx.Client(verify=ssl.create_default_context(cafile=certificates.ca)) as client:
        token = client.post(
            f"{url}/services/oauth2/token",
            data={
                "grant_type": "client_credentials",
                "client_id": app.consumer_key,
                "client_secret": app.consumer_secret,
            },
        ).json()

    assert token["instance_url"] == url


def test_keys_are_for_their_owner_alone(certificates: Certificates) -> None:
    assert certificates.key.stat().st_mode & 0o077 == 0
    ca = x509.load_pem_x509_certificate(certificates.ca.read_bytes())
    chain = x509.load_pem_x509_certificate(certificates.chain.read_bytes())
    chain.verify_directly_issued_by(ca)


def test_serve_prints_the_ca_and_removes_it_at_the_end() -> None:
    with served_process("--tls") as served:
        url, ca = served.description["url"], Path(served.description["ca"])
        with httpx.Client(verify=ssl.create_default_context(cafile=ca)) as client:
            assert client.get(f"{url}/services/data").status_code == 200
        assert served.stop() == 0

    assert url.startswith("https://127.0.0.1:")
    assert not ca.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_even_when_it_was_started_with_sigint_ignored(
    number: signal.Signals,
) -> None:
    with served_process(ignores_sigint=True) as served:
        assert served.stop(number) == 0
