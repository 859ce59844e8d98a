"""All actions, in the order that a builder sees them; a new one is a file and a line here."""

from typing import Any, Final

from salesforce_connector.action import Action
from salesforce_connector.catalog import Catalog

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
