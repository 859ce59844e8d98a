"""A call of the data API: the caller, the version, and the normalized path.

The envelope makes one before a route's function sees the request.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request

from salesforce_emulator.org.save_options import SaveOptions

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.caller import Caller


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated call.

    Attributes:
        access: What the caller may see and do.
        version: As in URLs: `v68.0`.
        segments: What comes after the version in the path, each decoded by itself, so that a
            segment may hold a slash: `("sobjects", "Account", "External_Id__c", "a/b")`.
    """

    caller: "Caller"
    access: "Access"
    version: str
    segments: tuple[str, ...]

    @property
    def number(self) -> float:
        """The version as a number: 68.0."""
        return float(self.version[1:])


def call_of(request: Request) -> Call:
    """Return the call that a request below `/services/data/vXX.X` is."""
    call = request.scope["call"]
    if not isinstance(call, Call):
        raise TypeError(f"not a call: {request.url.path}")
    return call


def save_options(request: Request) -> SaveOptions:
    """Read the headers that change how a record is saved."""
    duplicates = request.headers.get("sforce-duplicate-rule-header", "").lower().replace(" ", "")
    assign = request.headers.get("sforce-auto-assign", "true").strip()
    mru = request.headers.get("sforce-mru", "").lower().replace(" ", "")
    return SaveOptions(
        allows_duplicates="allowsave=true" in duplicates,
        includes_duplicates="includerecorddetails=true" in duplicates,
        auto_assigns=assign.lower() != "false",
        assignment_rule=None if assign.lower() in {"true", "false"} else assign,
        marks_viewed="updatemru=false" not in mru,
        version=call_of(request).version,
    )
