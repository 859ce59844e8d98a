"""All actions, in the order that a builder sees them; a new one is a file and a line here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from salesforce_actions.api_request import api_request
from salesforce_actions.create_record import create_record
from salesforce_actions.delete_record import delete_record
from salesforce_actions.describe_object import describe_object
from salesforce_actions.find_records import find_records
from salesforce_actions.get_limits import get_limits
from salesforce_actions.get_record import get_record
from salesforce_actions.get_records import get_records
from salesforce_actions.list_objects import list_objects
from salesforce_actions.query import query
from salesforce_actions.search import search
from salesforce_actions.update_record import update_record
from salesforce_actions.upsert_record import upsert_record
from salesforce_connector.action import Action

ACTIONS: Final[Mapping[str, Action[Any, Any]]] = MappingProxyType(
    {
        action.name: action
        for action in (
            query,
            find_records,
            search,
            get_record,
            get_records,
            create_record,
            update_record,
            upsert_record,
            delete_record,
            list_objects,
            describe_object,
            get_limits,
            api_request,
        )
    }
)
