"""Sends due notifications, in a thread while an org is served, or when a test calls `send_due`.

Salesforce sends messages in parallel and out of order; this sends one after the other.
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import httpx

from salesforce_emulator.outbound_messages import envelope
from salesforce_emulator.outbound_messages.message import OutboundMessage, outbound_messages_of
from salesforce_emulator.outbound_messages.queue import Notification

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

TIMEOUT: Final = 60.0  # seconds, Considerations for Outbound Messages
_LOOK: Final = 0.5  # seconds between checks for due notifications
_PATIENCE: Final = 5.0  # seconds to finish a request when the org stops


@contextmanager
def sending(org: "Org") -> Generator[None]:
    """Send messages, each as soon as it is due, until the block ends."""
    stopping = threading.Event()
    queue = outbound_messages_of(org).queue

    def work() -> None:
        while not stopping.is_set():
            queue.added.clear()
            send_due(org, stopping)
            queue.added.wait(_LOOK)

    thread = threading.Thread(target=work, name="outbound-messages", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        queue.added.set()
        thread.join(_PATIENCE)


def send_due(org: "Org", stopping: threading.Event | None = None) -> int:
    """Send each due message once; return the number of acknowledged notifications.

    Args:
        stopping: Once set, no further message is sent.
    """
    messages = outbound_messages_of(org)
    acknowledged = 0
    for message in messages:
        while not (stopping and stopping.is_set()) and (due := messages.queue.due(message.name)):
            failure = _send(org, message, due)
            if failure:
                messages.queue.postpone(due, failure)
            else:
                messages.queue.remove(due)
                acknowledged += len(due)
    return acknowledged


def _send(org: "Org", message: OutboundMessage, notifications: list[Notification]) -> str:
    """Send one message; return why it was not acknowledged, empty when it was."""
    with org.lock:
        body = envelope.write(org, message, notifications)
    headers = {"content-type": "text/xml; charset=utf-8", "soapaction": '""'}
    try:
        # Without the environment's proxies: it goes to this machine. Redirects are not followed.
        response = httpx.post(
            message.endpoint, content=body, headers=headers, timeout=TIMEOUT, trust_env=False
        )
    except httpx.HTTPError as exc:
        return f"{type(exc).__name__}: {exc}"
    if not response.is_success:
        return f"HTTP {response.status_code}"
    return "" if envelope.is_acknowledged(response.content) else "The answer has no Ack true."
