"""Maps what transports report, in place of a response, to the classes of `errors`.

What passes by itself is `Unavailable`. A certificate that is not trusted and a proxy that wants a
password do not: somebody must change this machine.
"""

from collections.abc import Iterator
from typing import Final

from salesforce_connector.errors import UNCERTAIN, ConnectorError, Forbidden, Unavailable

# Raised before a request leaves this machine, by any of the transports.
_NEVER_SENT: Final = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})


def from_network(
    code: str, host: str, *, safe: bool, cause: BaseException | None = None
) -> ConnectorError:
    """Make the error for a call that got no response, or half of one.

    Args:
        code: What happened, by the name that httpx has for it: "ReadTimeout".
        host: Of the org.
        safe: Whether the call changes nothing; then it had no effect.
        cause: The transport's exception; its own causes may name what went wrong.
    """
    import ssl  # 10 ms, for failures alone

    if any(isinstance(link, ssl.SSLCertVerificationError) for link in _chain(cause)):
        return Forbidden(
            f"This machine does not trust the TLS certificate of {host}.",
            code="CERTIFICATE_NOT_TRUSTED",
            remedy="If a company proxy inspects TLS, name the file with its CA certificate in "
            "SSL_CERT_FILE, in the environment of this machine.",
        )
    if code == "ProxyError" and any(_is_407(link) for link in _chain(cause)):
        return Forbidden(
            "The proxy requires a user and a password, or refused the ones that were sent (407).",
            code="PROXY_AUTHENTICATION_REQUIRED",
            remedy="Correct user and password in HTTPS_PROXY, in the environment of this machine.",
        )
    uncertain = not safe and code not in _NEVER_SENT
    message, remedy = _describe(code, host)
    return Unavailable(
        message,
        code=code,
        remedy=UNCERTAIN if uncertain else remedy,
        sent=uncertain,
        session_problem="host_unknown" if code == "ConnectError" else "",
    )


def _describe(code: str, host: str) -> tuple[str, str]:
    """Return the message and the remedy of a failure that may pass."""
    match code:
        case "ConnectError":
            message, remedy = f"Cannot connect to {host}.", "Check the address and the network."
        case "ProxyError":
            message = f"The proxy cannot be reached, or does not connect to {host}."
            remedy = "Check the proxy's address in this machine's environment (HTTPS_PROXY)."
        case "ReadTimeout":
            message, remedy = f"{host} did not answer in time.", "Try again later."
        case "DeadlineExceeded":
            message = f"{host} did not send the whole response in time."
            remedy = "Try again later, or raise the call timeout in the connection's settings."
        case "TransferTooSlow":
            message = f"The data transfer with {host} is too slow."
            remedy = "Check the network, or lower the lowest rate in the connection's settings."
        case "PoolTimeout":
            message = f"Too many calls to {host} are in progress, and none finished in time."
            remedy = "Run fewer at once, or try again later."
        case code if code.endswith("Timeout"):
            message, remedy = f"The connection to {host} timed out.", "Try again later."
        case _:
            message, remedy = f"The connection to {host} was lost.", "Try again."
    return message, remedy


def is_tls_failure(error: BaseException) -> bool:
    """Whether a connection failed for reasons of TLS, such as a certificate that is not trusted."""
    import ssl

    return any(isinstance(link, ssl.SSLError) for link in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    visited = set[int]()
    while error is not None and id(error) not in visited:  # a chain may be circular
        visited.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _is_407(error: BaseException) -> bool:
    return getattr(error, "status", None) == 407 or str(error).startswith("407")
