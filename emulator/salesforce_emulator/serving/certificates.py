"""A test CA, and a certificate of it that is good for loopback and for Salesforce's host names.

Clients that insist on https, or on `*.my.salesforce.com`, are configured to trust the CA
during a test. Keys are generated each time and never leave the folder; trust them nowhere else.

https://cryptography.io/en/latest/x509/tutorial/
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAMES: Final = (
    "localhost",
    "*.salesforce.com",
    "*.my.salesforce.com",
    "*.sandbox.my.salesforce.com",
    "*.develop.my.salesforce.com",
    "*.scratch.my.salesforce.com",
)
"""Host names that the certificate is good for, besides 127.0.0.1."""

_LIFETIME: Final = timedelta(days=7)  # longer than any test, too short to be relied on


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the files are, all PEM.

    Attributes:
        ca: What clients are to trust.
        chain: The server's certificate.
        key: The server's private key.
    """

    ca: Path
    chain: Path
    key: Path


@contextmanager
def temporary_certificates() -> Generator[Certificates]:
    """Make a CA and a server's certificate in a folder that is gone when the block ends."""
    with TemporaryDirectory(prefix="local-org-") as folder:
        yield write_certificates(Path(folder))


def write_certificates(folder: Path) -> Certificates:
    """Create a CA and a server certificate in a folder; the CA's own key is not stored."""
    authority_key, key = _new_key(), _new_key()
    authority_name = _name("Local Org test CA")
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    names = [x509.DNSName(name) for name in NAMES]
    server = (
        _builder(_name("Local Org"), authority_name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([*names, x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    created = Certificates(folder / "ca.pem", folder / "server.pem", folder / "server-key.pem")
    created.ca.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    created.chain.write_bytes(server.public_bytes(serialization.Encoding.PEM))
    created.key.touch(mode=0o600)
    created.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return created


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)  # the clients' clock, not the org's
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _LIFETIME)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
