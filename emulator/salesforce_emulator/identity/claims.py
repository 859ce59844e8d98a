"""The claims of the identity URL and of userinfo.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm
"""

import sqlite3
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from salesforce_emulator.identity.addresses import Address
from salesforce_emulator.identity.identity import Identity
from salesforce_emulator.identity.timestamps import span_ms
from salesforce_emulator.org.clock import datetime_value

# What `urls` has, by what follows the My Domain.
_URLS: Final = {
    "enterprise": "/services/Soap/c/{version}/{org}",
    "metadata": "/services/Soap/m/{version}/{org}",
    "partner": "/services/Soap/u/{version}/{org}",
    "rest": "/services/data/v{version}/",
    "sobjects": "/services/data/v{version}/sobjects/",
    "search": "/services/data/v{version}/search/",
    "query": "/services/data/v{version}/query/",
    "recent": "/services/data/v{version}/recent/",
    "tooling_soap": "/services/Soap/T/{version}/{org}",
    "tooling_rest": "/services/data/v{version}/tooling/",
    "profile": "/{user}",
    "feeds": "/services/data/v{version}/chatter/feeds",
    "groups": "/services/data/v{version}/chatter/groups",
    "users": "/services/data/v{version}/chatter/users",
    "feed_items": "/services/data/v{version}/chatter/feed-items",
    "feed_elements": "/services/data/v{version}/chatter/feed-elements",
    "custom_domain": "",
}


def identity_body(
    identity: Identity, user: sqlite3.Row, address: Address, *, version: str | None = None
) -> dict[str, Any]:
    """Return the body of a user's identity URL.

    Args:
        identity: Of the org.
        user: The user's row.
        address: Where the request came in.
        version: Put in place of `{version}` in the URLs; None leaves that as it is.
    """
    org_id = identity.org.org_id
    return {
        "id": f"{address.identity}/id/{org_id}/{user['Id']}",
        "asserted_user": True,
        "user_id": user["Id"],
        "organization_id": org_id,
        "username": user["Username"],
        "nick_name": user["CommunityNickname"],
        "display_name": user["Name"],
        "email": user["Email"],
        "email_verified": bool(user["HasUserVerifiedEmail"]),
        "first_name": user["FirstName"],
        "last_name": user["LastName"],
        "timezone": user["TimeZoneSidKey"],
        "photos": _photos(address),
        "addr_street": user["Street"],
        "addr_city": user["City"],
        "addr_state": user["State"],
        "addr_country": user["Country"],
        "addr_zip": user["PostalCode"],
        "mobile_phone": user["MobilePhone"],
        "mobile_phone_verified": bool(user["HasUserVerifiedPhone"]),
        "is_lightning_login_user": False,
        "status": {"created_date": None, "body": None},
        "urls": _urls(address, org_id, user["Id"], version),
        "active": bool(user["IsActive"]),
        "user_type": _user_type(user),
        "language": user["LanguageLocaleKey"],
        "locale": user["LocaleSidKey"],
        "utcOffset": utc_offset(user["TimeZoneSidKey"]),
        "last_modified_date": user["LastModifiedDate"],
        "is_app_installed": True,
    }


def userinfo_body(identity: Identity, user: sqlite3.Row, address: Address) -> dict[str, Any]:
    """Return the body of `/services/oauth2/userinfo`."""
    photos = _photos(address)
    org_id = identity.org.org_id
    return {
        "sub": f"{address.identity}/id/{org_id}/{user['Id']}",
        "user_id": user["Id"],
        "organization_id": org_id,
        "preferred_username": user["Username"],
        "nickname": user["CommunityNickname"],
        "name": user["Name"],
        "email": user["Email"],
        "email_verified": bool(user["HasUserVerifiedEmail"]),
        "given_name": user["FirstName"],
        "family_name": user["LastName"],
        "zoneinfo": user["TimeZoneSidKey"],
        "photos": photos,
        "profile": f"{address.my_domain}/{user['Id']}",
        "picture": photos["picture"],
        "address": _address(user),
        "is_salesforce_integration_user": False,
        "phone_number": user["MobilePhone"],
        "phone_number_verified": bool(user["HasUserVerifiedPhone"]),
        "urls": _urls(address, org_id, user["Id"], None),
        "active": bool(user["IsActive"]),
        "user_type": _user_type(user),
        "language": user["LanguageLocaleKey"],
        "locale": user["LocaleSidKey"],
        "utcOffset": utc_offset(user["TimeZoneSidKey"]),
        "updated_at": datetime_value(user["LastModifiedDate"]).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "is_app_installed": True,
    }


def utc_offset(zone: str) -> int:
    """Return a time zone's distance from UTC in milliseconds, daylight saving time left out."""
    timestamp = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone))  # some time or other
    offset, summer = timestamp.utcoffset(), timestamp.dst()
    return span_ms((offset or timedelta()) - (summer or timedelta()))


def _photos(address: Address) -> dict[str, str]:
    return {
        "picture": f"{address.my_domain}/profilephoto/005/F",
        "thumbnail": f"{address.my_domain}/profilephoto/005/T",
    }


def _urls(address: Address, org_id: str, user_id: str, version: str | None) -> dict[str, str]:
    stand_in = "{version}" if version is None else version
    return {
        name: address.my_domain + path.format(version=stand_in, org=org_id[:15], user=user_id)
        for name, path in _URLS.items()
    }


def _address(user: sqlite3.Row) -> dict[str, str]:
    members = {
        "street_address": user["Street"],
        "locality": user["City"],
        "region": user["State"],
        "postal_code": user["PostalCode"],
        "country": user["Country"],
    }
    return {name: value for name, value in members.items() if value is not None}


def _user_type(user: sqlite3.Row) -> str:
    return str(user["UserType"]).upper()
