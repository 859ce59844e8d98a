"""The rows that every org has from the start: itself, profiles, a role, the first user, stages.

A seeded row is written past the rules that API calls are held to.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.org.clock import datetime_text

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

PROFILES: Final = (
    "System Administrator",
    "Standard User",
    "Read Only",
    "Minimum Access - Salesforce",
)
ADMINISTRATOR: Final = "System Administrator"

# Stage, probability, forecast category, its name on screens, closed, won: a new org's.
STAGES: Final = (
    ("Prospecting", 10, "Pipeline", "Pipeline", 0, 0),
    ("Qualification", 10, "Pipeline", "Pipeline", 0, 0),
    ("Needs Analysis", 20, "Pipeline", "Pipeline", 0, 0),
    ("Value Proposition", 50, "Pipeline", "Pipeline", 0, 0),
    ("Id. Decision Makers", 60, "Pipeline", "Pipeline", 0, 0),
    ("Perception Analysis", 70, "Pipeline", "Pipeline", 0, 0),
    ("Proposal/Price Quote", 75, "Pipeline", "Pipeline", 0, 0),
    ("Negotiation/Review", 90, "Pipeline", "Pipeline", 0, 0),
    ("Closed Won", 100, "Closed", "Closed", 1, 1),
    ("Closed Lost", 0, "Omitted", "Omitted", 1, 0),
)
# Table, flag of the statuses that end it, those statuses, the default, the field that takes them.
STATUSES: Final = (
    ("LeadStatus", "IsConverted", "Closed - Converted", "Open - Not Contacted", ("Lead", "Status")),
    ("CaseStatus", "IsClosed", "Closed", "New", ("Case", "Status")),
    ("TaskStatus", "IsClosed", "Completed", "Not Started", ("Task", "Status")),
)
_ORGANIZATION: Final[dict[str, Any]] = {
    "Name": "Local Org",
    "Country": "US",
    "PrimaryContact": "Ada Admin",
    "DefaultLocaleSidKey": "en_US",
    "TimeZoneSidKey": "America/Los_Angeles",
    "LanguageLocaleKey": "en_US",
    "FiscalYearStartMonth": 1,
    "DefaultAccountAccess": "Edit",
    "DefaultContactAccess": "ControlledByParent",
    "DefaultOpportunityAccess": "Edit",
    "DefaultLeadAccess": "ReadEditTransfer",
    "DefaultCaseAccess": "ReadEditTransfer",
    "DefaultCalendarAccess": "HideDetailsInsert",
    "DefaultPricebookAccess": "ReadSelect",
    "DefaultCampaignAccess": "All",
    "UiSkin": "Theme3",
    "SignupCountryIsoCode": "US",
    "OrganizationType": "Developer Edition",
    "InstanceName": "LOCAL1",
    "WebToCaseDefaultOrigin": "Web",
}
_ADMIN: Final[dict[str, Any]] = {
    "FirstName": "Ada",
    "LastName": "Admin",
    "Name": "Ada Admin",
    "CompanyName": "Local Org",
    "Alias": "aadmi",
    "CommunityNickname": "ada.admin",
    "IsActive": 1,
    "TimeZoneSidKey": "America/Los_Angeles",
    "LocaleSidKey": "en_US",
    "LanguageLocaleKey": "en_US",
    "EmailEncodingKey": "UTF-8",
    "UserType": "Standard",
    "DigestFrequency": "N",
    "DefaultGroupNotificationFrequency": "N",
    "ReceivesInfoEmails": 1,
    "ReceivesAdminInfoEmails": 1,
    "HasUserVerifiedEmail": 1,
}


def seed(org: "Org") -> None:
    """Write the rows of a new org."""
    org_id, admin_id = org.ids.next("00D"), org.ids.next("005")
    license_id = org.ids.next("100")  # the row is written when licenses are queried
    stamp = _Stamp(org, admin_id)
    profiles = {
        name: stamp.row(
            "Profile", {"Name": name, "UserType": "Standard", "UserLicenseId": license_id}
        )
        for name in PROFILES
    }
    ceo = {"Name": "CEO", "DeveloperName": "CEO", "OpportunityAccessForAccountOwner": "Edit"}
    role = stamp.row("UserRole", ceo)
    stamp.row("Organization", {"Id": org_id, **_ORGANIZATION})
    username = f"admin@{org.my_domain}.example"
    stamp.row(
        "User",
        {
            "Id": admin_id,
            "Username": username,
            "Email": username,
            "ProfileId": profiles[ADMINISTRATOR],
            "UserRoleId": role,
            **_ADMIN,
        },
    )
    stamp.row("Pricebook2", {"Name": "Standard Price Book", "IsActive": 1, "IsStandard": 1})
    _picklist_rows(org, stamp)


def _picklist_rows(org: "Org", stamp: "_Stamp") -> None:
    for order, (name, probability, category, displayed, closed, won) in enumerate(STAGES, 1):
        stamp.row(
            "OpportunityStage",
            {
                "MasterLabel": name,
                "ApiName": name,
                "IsActive": 1,
                "SortOrder": order,
                "IsClosed": closed,
                "IsWon": won,
                "ForecastCategory": category,
                "ForecastCategoryName": displayed,
                "DefaultProbability": float(probability),
            },
        )
    for table, flag, ending, default, (sobject, field_name) in STATUSES:
        field = org.schema[sobject].field(field_name)
        for order, item in enumerate(field.picklist if field else (), 1):
            stamp.row(
                table,
                {
                    "MasterLabel": item.label,
                    "ApiName": item.value,
                    "SortOrder": order,
                    "IsDefault": int(item.value == default),
                    flag: int(item.value == ending),
                },
            )


class _Stamp:
    """Writes rows with the audit fields of the org's first moment."""

    def __init__(self, org: "Org", user_id: str) -> None:
        self._org = org
        timestamp = datetime_text(org.clock.now())
        self._audit = {
            "CreatedDate": timestamp,
            "CreatedById": user_id,
            "LastModifiedDate": timestamp,
            "LastModifiedById": user_id,
            "SystemModstamp": timestamp,
        }

    def row(self, sobject_name: str, values: Mapping[str, Any]) -> str:
        sobject = self._org.schema[sobject_name]
        audit = {name: value for name, value in self._audit.items() if sobject.field(name)}
        row = {"Id": values.get("Id") or self._org.ids.next(sobject.key_prefix), **audit, **values}
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        self._org.db.execute(
            f'INSERT INTO "{sobject.name}" ({names}) VALUES ({marks})',  # noqa: S608 - our own names
            tuple(row.values()),
        )
        return str(row["Id"])
