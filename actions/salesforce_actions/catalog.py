"""All actions, in the order that a builder sees them; a new one is a file and a line here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from salesforce_actions.abort_bulk_job import abort_bulk_job
from salesforce_actions.add_case_comment import add_case_comment
from salesforce_actions.add_note import add_note
from salesforce_actions.add_to_campaign import add_to_campaign
from salesforce_actions.api_request import api_request
from salesforce_actions.bulk_query import bulk_query
from salesforce_actions.bulk_write import bulk_write
from salesforce_actions.call_apex_rest import call_apex_rest
from salesforce_actions.convert_lead import convert_lead
from salesforce_actions.count_records import count_records
from salesforce_actions.create_record import create_record
from salesforce_actions.create_record_tree import create_record_tree
from salesforce_actions.create_records import create_records
from salesforce_actions.decide_approval import decide_approval
from salesforce_actions.delete_record import delete_record
from salesforce_actions.delete_records import delete_records
from salesforce_actions.describe_object import describe_object
from salesforce_actions.download_file import download_file
from salesforce_actions.explain_query import explain_query
from salesforce_actions.find_records import find_records
from salesforce_actions.get_api_versions import get_api_versions
from salesforce_actions.get_bulk_job import get_bulk_job
from salesforce_actions.get_bulk_results import get_bulk_results
from salesforce_actions.get_deleted_records import get_deleted_records
from salesforce_actions.get_limits import get_limits
from salesforce_actions.get_record import get_record
from salesforce_actions.get_record_by_external_id import get_record_by_external_id
from salesforce_actions.get_records import get_records
from salesforce_actions.get_updated_records import get_updated_records
from salesforce_actions.get_user_info import get_user_info
from salesforce_actions.graphql_query import graphql_query
from salesforce_actions.list_files import list_files
from salesforce_actions.list_invocable_actions import list_invocable_actions
from salesforce_actions.list_objects import list_objects
from salesforce_actions.list_recent_records import list_recent_records
from salesforce_actions.list_reports import list_reports
from salesforce_actions.list_views import list_views
from salesforce_actions.log_activity import log_activity
from salesforce_actions.merge_records import merge_records
from salesforce_actions.post_to_chatter import post_to_chatter
from salesforce_actions.publish_platform_event import publish_platform_event
from salesforce_actions.query import query
from salesforce_actions.read_changes import read_changes
from salesforce_actions.retry_failed_rows import retry_failed_rows
from salesforce_actions.run_composite import run_composite
from salesforce_actions.run_composite_graph import run_composite_graph
from salesforce_actions.run_flow import run_flow
from salesforce_actions.run_invocable_action import run_invocable_action
from salesforce_actions.run_list_view import run_list_view
from salesforce_actions.run_quick_action import run_quick_action
from salesforce_actions.run_report import run_report
from salesforce_actions.search import search
from salesforce_actions.send_email import send_email
from salesforce_actions.submit_for_approval import submit_for_approval
from salesforce_actions.undelete_record import undelete_record
from salesforce_actions.update_record import update_record
from salesforce_actions.update_records import update_records
from salesforce_actions.upload_file import upload_file
from salesforce_actions.upsert_record import upsert_record
from salesforce_actions.upsert_records import upsert_records
from salesforce_connector.action import Action

ACTIONS: Final[Mapping[str, Action[Any, Any]]] = MappingProxyType(
    {
        action.name: action
        for action in (
            query,
            find_records,
            search,
            get_record,
            get_record_by_external_id,
            get_records,
            get_updated_records,
            get_deleted_records,
            list_recent_records,
            list_views,
            run_list_view,
            explain_query,
            count_records,
            read_changes,
            create_record,
            update_record,
            upsert_record,
            delete_record,
            undelete_record,
            create_records,
            update_records,
            upsert_records,
            delete_records,
            create_record_tree,
            run_composite,
            run_composite_graph,
            bulk_write,
            bulk_query,
            get_bulk_job,
            abort_bulk_job,
            get_bulk_results,
            retry_failed_rows,
            list_objects,
            describe_object,
            get_limits,
            get_api_versions,
            get_user_info,
            run_flow,
            run_invocable_action,
            list_invocable_actions,
            call_apex_rest,
            run_quick_action,
            submit_for_approval,
            decide_approval,
            publish_platform_event,
            convert_lead,
            merge_records,
            add_to_campaign,
            add_case_comment,
            log_activity,
            add_note,
            send_email,
            post_to_chatter,
            upload_file,
            download_file,
            list_files,
            list_reports,
            run_report,
            api_request,
            graphql_query,
        )
    }
)
