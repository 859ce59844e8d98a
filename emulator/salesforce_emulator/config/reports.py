"""Adds a config file's reports, dashboards and data categories."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from salesforce_emulator.config.errors import located_at
from salesforce_emulator.config.references import condition, sobject_of
from salesforce_emulator.config.tables.file import ConfigFile
from salesforce_emulator.config.tables.reports import Dashboard, DashboardComponent, Report
from salesforce_emulator.dashboards import dashboard as dashboards
from salesforce_emulator.knowledge.data_categories import category_groups, group_of_paths
from salesforce_emulator.reports import report as reports

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def apply_reports(org: "Org", config: ConfigFile) -> None:
    """Add reports, the dashboards that show them, and data category groups.

    Raises:
        ConfigError: An object, a column or a report does not exist.
    """
    _apply_reports(org, config.reports)
    _apply_dashboards(org, config.dashboards)
    for at, group in enumerate(config.data_category_groups):
        with located_at("data_category_groups", at):
            category_groups(org).add(group_of_paths(group.name, group.label, group.categories))


def _apply_reports(org: "Org", tables: Sequence[Report]) -> None:
    for at, table in enumerate(tables):
        key_path = ("reports", at)
        sobject = sobject_of(org, table.object, key_path)
        if table.where:
            condition(org, sobject.name, table.where, (*key_path, "where"))
        report = reports.Report(
            name=table.name,
            label=table.label or table.name.replace("_", " "),
            sobject=sobject.name,
            columns=table.columns,
            groups=table.groups,
            across=table.across,
            totals=table.totals,
            where=table.where,
            date=table.date,
            folder=table.folder,
            description=table.description,
        )
        with located_at(*key_path):
            reports.declare(org, report)


def _apply_dashboards(org: "Org", tables: Sequence[Dashboard]) -> None:
    for at, table in enumerate(tables):
        dashboard = dashboards.Dashboard(
            name=table.name,
            label=table.label or table.name.replace("_", " "),
            components=tuple(map(_component, table.components)),
            folder=table.folder,
            description=table.description,
        )
        with located_at("dashboards", at):
            dashboards.declare(org, dashboard)


def _component(table: DashboardComponent) -> dashboards.Component:
    return dashboards.Component(report=table.report, header=table.header, chart=table.chart)
