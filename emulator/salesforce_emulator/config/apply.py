"""Applies a config file to an org: each section after those that it refers to."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from salesforce_emulator.config import automations, queues, rules, users
from salesforce_emulator.config.currencies import apply_currencies
from salesforce_emulator.config.errors import ConfigError
from salesforce_emulator.config.record_types import apply_record_types
from salesforce_emulator.config.records import apply_records
from salesforce_emulator.config.reports import apply_reports
from salesforce_emulator.config.schema import extend_schema
from salesforce_emulator.config.tables.file import ConfigFile, SettingsTable
from salesforce_emulator.dashboards.dashboard import dashboards_of
from salesforce_emulator.reports.report import reports_of

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def apply(org: "Org", config: ConfigFile, folder: Path) -> None:
    """Apply a config file to an org.

    Args:
        folder: The file's folder; the functions that it calls are imported from there.

    Raises:
        ConfigError: A value contradicts the org, or another value of the file.
    """
    _apply_settings(org, config.settings)
    for name, maximum in config.limits.items():
        _set_limit(org, name, maximum)
    extend_schema(org, config)
    _capture_changes(org, config.settings)
    apply_record_types(org, config.record_types)
    apply_currencies(org, config.currencies)
    users.apply_profiles(org, config.profiles)
    users.apply_users(org, config.users)
    users.apply_apps(org, config.apps)
    queues.apply_queues(org, config.queues)
    locks = apply_records(org, config.records)
    rules.apply_rules(org, config)
    automations.apply_automations(org, config, folder)
    apply_reports(org, config)
    org.settings.locked.update(locks)


def _apply_settings(org: "Org", table: SettingsTable) -> None:
    for name in ("hard_deletes", "trusts_audit_fields", "bulk_wait", "bulk_pace", "bulk_page"):
        value = getattr(table, name)
        if value is not None:
            setattr(org.settings, name, value)
    if table.search_delay is not None:
        org.settings.search_delay = timedelta(seconds=table.search_delay)
    if table.report_wait is not None:
        reports_of(org).wait = table.report_wait
    if table.dashboard_wait is not None:
        dashboards_of(org).wait = table.dashboard_wait


def _set_limit(org: "Org", name: str, maximum: int) -> None:
    if name == "DailyApiRequests":
        org.limits.api_max = maximum
    elif name in org.limits.others:
        org.limits.others[name] = maximum
    else:
        raise ConfigError(("limits", name), "there is no such limit")


def _capture_changes(org: "Org", table: SettingsTable) -> None:
    for name in table.change_data_capture:
        sobject = org.schema.get(name)
        if sobject is None:
            raise ConfigError(("settings", "change_data_capture"), f"there is no object {name}")
        org.settings.change_data_capture.add(sobject.name)
