"""Names of topics on the event bus, and their objects.

https://developer.salesforce.com/docs/platform/pub-sub-api/guide/event-topics.html
"""

from typing import Final

ALL_CHANGES: Final = "/data/ChangeEvents"
CHANNEL: Final = "__chn"  # a custom channel, which puts several topics together

_EVENTS: Final = "/event/"
_CHANGES: Final = "/data/"
_CHANGE_EVENT: Final = "ChangeEvent"


def of_event(name: str) -> str:
    """Return the topic of a platform event, or of a custom channel of such."""
    return _EVENTS + name


def of_changes(name: str) -> str:
    """Return the topic of an object's changes, or of a custom channel of such."""
    if name.endswith(CHANNEL):
        return _CHANGES + name
    stem = name.removesuffix("c") if name.endswith("__c") else name
    return f"{_CHANGES}{stem}{_CHANGE_EVENT}"


def subject(topic: str) -> str | None:
    """Return the object or platform event of a topic; None if it names none."""
    name = topic.rpartition("/")[2]
    if name.endswith(CHANNEL):
        return None
    if topic.startswith(_EVENTS):
        return name
    stem = name.removesuffix(_CHANGE_EVENT)
    if not topic.startswith(_CHANGES) or stem == name:
        return None
    return f"{stem}c" if stem.endswith("__") else stem
