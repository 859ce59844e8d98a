"""List views that an administrator makes, beside those that every object has.

https://help.salesforce.com/s/articleView?id=sf.customviews.htm
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


@dataclass(frozen=True, slots=True)
class ListView:
    """One list view.

    Attributes:
        columns: Fields, or paths such as `Owner.Alias`.
        where: A condition in SOQL; empty for none.
        order: An ORDER BY clause of fields only; empty for the first column.
        mine: Only records of whoever looks.
    """

    sobject: str
    developer_name: str
    label: str
    columns: tuple[str, ...]
    where: str = ""
    order: str = ""
    mine: bool = False


def list_views_of(org: "Org") -> list[ListView]:
    """Return the list views that are declared in an org; may be added to."""
    return org.part(_none)


def _none(_org: "Org") -> list[ListView]:
    return []
