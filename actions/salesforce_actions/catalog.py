"""All actions, in the order that a builder sees them; a new one is a file and a line here.

An action's file is imported when it is first asked for: building the models of all takes half a
second, and a workflow uses three.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final, TypeVar

from salesforce_connector.action import Action
from salesforce_connector.errors import Rejected
from salesforce_connector.suggestions import suggest

NamedT = TypeVar("NamedT")


class Catalog(Mapping[str, NamedT]):
    """Actions or triggers by name; each stands in the module of its name, in one package."""

    def __init__(self, package: str, *names: str) -> None:
        """Make one; nothing is imported yet."""
        self._package = package
        self._names = dict.fromkeys(names)
        self._loaded: dict[str, NamedT] = {}

    def __getitem__(self, name: str) -> NamedT:
        """Return one, imported.

        Raises:
            KeyError: There is none of that name.
        """
        loaded = self._loaded.get(name)
        if loaded is None:
            if name not in self._names:
                raise KeyError(name)
            loaded = self._loaded[name] = getattr(import_module(f"{self._package}.{name}"), name)
        return loaded

    def __contains__(self, name: object) -> bool:
        """Return whether there is one; imports nothing."""
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        """Return all names; imports nothing."""
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def find(self, noun: str, name: str) -> NamedT:
        """Return one, imported.

        Args:
            noun: What it is called in messages: `action` or `trigger`.

        Raises:
            Rejected: There is none of that name; names the nearest.
        """
        try:
            return self[name]
        except KeyError:
            names = list(self._names)
            nearest = suggest(name, names)
            raise Rejected(
                f"There is no {noun} {name!r}.",
                code=f"UNKNOWN_{noun.upper()}",
                remedy=f"Did you mean {nearest!r}?"
                if nearest
                else f"Use one of: {', '.join(names)}.",
                fields=(noun,),
            ) from None


ACTIONS: Final[Catalog[Action[Any, Any]]] = Catalog(
    "salesforce_actions.actions",
    "query",
    "query_page",
    "find_records",
    "search",
    "get_record",
    "get_record_by_external_id",
    "get_records",
    "list_child_records",
    "get_updated_records",
    "get_deleted_records",
    "list_recent_records",
    "list_views",
    "run_list_view",
    "explain_query",
    "count_records",
    "read_changes",
    "create_record",
    "update_record",
    "upsert_record",
    "find_or_create_record",
    "delete_record",
    "undelete_record",
    "create_records",
    "update_records",
    "upsert_records",
    "delete_records",
    "create_record_tree",
    "run_composite",
    "run_composite_graph",
    "bulk_write",
    "bulk_query",
    "get_bulk_job",
    "abort_bulk_job",
    "get_bulk_results",
    "retry_failed_records",
    "list_objects",
    "describe_object",
    "get_limits",
    "get_api_versions",
    "get_user_info",
    "run_flow",
    "run_invocable_action",
    "list_invocable_actions",
    "call_apex_rest",
    "run_quick_action",
    "list_quick_actions",
    "submit_for_approval",
    "decide_approval",
    "publish_platform_event",
    "convert_lead",
    "merge_records",
    "add_to_campaign",
    "remove_from_campaign",
    "add_product_to_opportunity",
    "list_price_books",
    "add_case_comment",
    "log_activity",
    "add_note",
    "update_note",
    "send_email",
    "list_email_templates",
    "search_articles",
    "list_data_categories",
    "post_to_chatter",
    "upload_file",
    "download_file",
    "list_files",
    "delete_file",
    "list_reports",
    "run_report",
    "export_report",
    "list_dashboards",
    "get_dashboard",
    "refresh_dashboard",
    "api_request",
    "graphql_query",
)

CORE: Final = frozenset(
    {
        *("query", "find_records", "search", "get_record", "list_objects", "describe_object"),
        *("create_record", "update_record", "upsert_record", "delete_record"),
    }
)
"""What a host offers by default where a list of all is too long, as to a language model."""


def find_action(name: str) -> Action[Any, Any]:
    """Find an action by name.

    Raises:
        Rejected: There is none of that name.
    """
    return ACTIONS.find("action", name)
