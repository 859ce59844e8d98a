"""Tables of reports, dashboards and data categories."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`[[reports]]`: columns, groups, across and totals are paths as SOQL selects."""

    name: str
    object: str
    columns: tuple[str, ...]
    label: str = ""
    groups: tuple[str, ...] = ()
    across: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    where: str = ""
    date: str = "CreatedDate"
    folder: str = "Public Reports"
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardComponent:
    """A component of a dashboard; `report` is the name of a report of the file."""

    report: str
    header: str = ""
    chart: str = "Bar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """`[[dashboards]]`."""

    name: str
    components: tuple[DashboardComponent, ...]
    label: str = ""
    folder: str = "Public Dashboards"
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCategoryGroup:
    """`[[data_category_groups]]`: categories are paths such as All, All/Europe, All/Europe/France.

    Attributes:
        name: Without `__c`, which it has in searches.
    """

    name: str
    categories: tuple[str, ...]
    label: str = ""
