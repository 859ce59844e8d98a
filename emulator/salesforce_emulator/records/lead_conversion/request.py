"""The request and the result of a lead conversion."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConversionRequest:
    """What one lead is converted into; ids as the caller wrote them.

    Attributes:
        account_id: None makes an account.
        contact_id: None makes a contact.
        opportunity_name: None takes the company's.
        owner_id: Of the created records; None takes the lead's owner.
        takes_source: The contact's lead source becomes the lead's.
    """

    lead_id: str
    status: str
    account_id: str | None = None
    contact_id: str | None = None
    makes_opportunity: bool = True
    opportunity_name: str | None = None
    owner_id: str | None = None
    takes_source: bool = False


@dataclass(frozen=True, slots=True)
class ConvertedLead:
    """The records that a lead became."""

    lead_id: str
    account_id: str
    contact_id: str
    opportunity_id: str | None
