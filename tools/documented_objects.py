"""Standard objects that only the documentation describes, and facts that no recording shows.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_list.htm
"""

_AUDIT = (
    "CreatedDate:DateString! CreatedById! LastModifiedDate:DateString! LastModifiedById!"
    " SystemModstamp:DateString!"
)
_HEAD = "Id! OwnerId!>Owner=Name IsDeleted:boolean! Name!"


def _with_audit(listed: str) -> str:
    audit = _AUDIT.replace("CreatedById!", "CreatedById!>CreatedBy=User").replace(
        "LastModifiedById!", "LastModifiedById!>LastModifiedBy=User"
    )
    return f"{listed} {audit}"


OBJECTS: dict[str, str] = {
    "AccountContactRelation": _with_audit(
        "Id! AccountId!>Account=Account ContactId!>Contact=Contact Roles IsDirect:boolean!"
        " IsActive:boolean! StartDate:DateString EndDate:DateString IsDeleted:boolean!"
    ),
    "ContactPointAddress": _with_audit(
        f"{_HEAD} ParentId>Parent=Account IsPrimary:boolean! AddressType Street City State"
        " PostalCode Country Latitude:number Longitude:number GeocodeAccuracy Address:Address"
    ),
    "ContactPointEmail": _with_audit(
        f"{_HEAD} ParentId>Parent=Individual EmailAddress! EmailMailBox EmailDomain"
        " IsPrimary:boolean! ActiveFromDate:DateString ActiveToDate:DateString"
    ),
    "ContactPointPhone": _with_audit(
        f"{_HEAD} ParentId>Parent=Individual TelephoneNumber! PhoneType IsPrimary:boolean!"
        " IsSmsCapable:boolean! ExtensionNumber"
    ),
    "CustomNotificationType": _with_audit(
        "Id! IsDeleted:boolean! DeveloperName! Language! MasterLabel! NamespacePrefix"
        " CustomNotifTypeName! Desktop:boolean! Mobile:boolean!"
    ),
    "FlowDefinitionView": (
        "Id! DurableId ApiName Label Description ProcessType TriggerType NamespacePrefix"
        " ActiveVersionId LatestVersionId LastModifiedBy IsActive:boolean! IsOutOfDate:boolean!"
        " LastModifiedDate:DateString IsTemplate:boolean! ManageableState IsSwingFlow:boolean!"
        " Builder"
    ),
    "FlowVersionView": (
        "Id! DurableId FlowDefinitionViewId ApiVersion:number Label Description Status"
        " VersionNumber:number ProcessType IsTemplate:boolean! RunInMode"
        " LastModifiedDate:DateString"
    ),
    "Location": _with_audit(
        f"{_HEAD} LastViewedDate:DateString LastReferencedDate:DateString LocationType!"
        " Latitude:number Longitude:number Description TimeZone IsMobile:boolean!"
        " IsInventoryLocation:boolean! ParentLocationId>ParentLocation=Location"
    ),
    "Network": (
        "Id! Name! UrlPathPrefix Description Status! CreatedDate:DateString!"
        " CreatedById!>CreatedBy=User LastModifiedDate:DateString!"
        " LastModifiedById!>LastModifiedBy=User SelfRegProfileId EmailSenderAddress"
        " EmailSenderName"
    ),
    "NetworkMember": (
        "Id! NetworkId!>Network=Network MemberId!>Member=User CreatedDate:DateString!"
        " LastModifiedDate:DateString!"
    ),
    "OperatingHours": _with_audit(
        "Id! IsDeleted:boolean! Name! Description TimeZone! LastViewedDate:DateString"
        " LastReferencedDate:DateString"
    ),
    "OrderStatus": _with_audit(
        "Id! MasterLabel ApiName! SortOrder:number IsDefault:boolean! StatusCode!"
    ),
    "PermissionSetGroup": _with_audit(
        "Id! IsDeleted:boolean! DeveloperName! Language! MasterLabel! NamespacePrefix Description"
        " Status! HasActivationRequired:boolean!"
    ),
    "PermissionSetGroupComponent": _with_audit(
        "Id! IsDeleted:boolean! PermissionSetGroupId!>PermissionSetGroup=PermissionSetGroup"
        " PermissionSetId!>PermissionSet=PermissionSet"
    ),
    "PermissionSetTabSetting": (
        "Id! ParentId!>Parent=PermissionSet Visibility! Name! SystemModstamp:DateString!"
    ),
    "ServiceAppointment": _with_audit(
        "Id! OwnerId!>Owner=Name IsDeleted:boolean! AppointmentNumber! ParentRecordId!"
        " ParentRecordType AccountId>Account=Account ContactId>Contact=Contact Street City State"
        " PostalCode Country Latitude:number Longitude:number GeocodeAccuracy Address:Address"
        " Description EarliestStartTime:DateString DueDate:DateString Duration:number"
        " DurationType SchedStartTime:DateString SchedEndTime:DateString"
        " ActualStartTime:DateString ActualEndTime:DateString Status Subject"
    ),
    "ServiceResource": _with_audit(
        f"{_HEAD} RelatedRecordId>RelatedRecord=User ResourceType Description IsActive:boolean!"
    ),
    "ServiceTerritory": _with_audit(
        f"{_HEAD} ParentTerritoryId>ParentTerritory=ServiceTerritory Description"
        " OperatingHoursId!>OperatingHours=OperatingHours Street City State PostalCode Country"
        " IsActive:boolean!"
    ),
    "Skill": _with_audit("Id! DeveloperName! Language! MasterLabel! Description"),
    "TimeSlot": _with_audit(
        "Id! IsDeleted:boolean! TimeSlotNumber! OperatingHoursId!>OperatingHours=OperatingHours"
        " DayOfWeek! Type"
    ),
    "Translation": _with_audit("Id! Language! IsActive:boolean!"),
    "WorkType": _with_audit(
        f"{_HEAD} Description EstimatedDuration:number! DurationType!"
        " ShouldAutoCreateSvcAppt:boolean!"
    ),
}
"""Object -> its fields, in the form that `derive_catalog.py` reads."""

PREFIXES = {
    "AccountContactRelation": "07k", "AccountShare": "00r", "ApexClass": "01p",
    "ApexComponent": "099", "ApexLog": "07L", "ApexPage": "066", "ApexTestQueueItem": "709",
    "ApexTestResult": "07M", "ApexTrigger": "01q", "AsyncApexJob": "707", "AuthSession": "0Ak",
    "CampaignShare": "08s", "CaseShare": "01n", "CaseTeamMember": "0B7", "CaseTeamRole": "0B6",
    "ContactShare": "03s", "CronJobDetail": "08a", "CronTrigger": "08e", "EmailTemplate": "00X",
    "EntitySubscription": "0E8", "FieldPermissions": "01k", "Knowledge__kav": "ka0",
    "Knowledge__ka": "kA0", "LeadShare": "01o", "LoginGeo": "04F", "LoginHistory": "0Ya",
    "LoginIp": "710", "ObjectPermissions": "110", "OpportunityHistory": "008",
    "OpportunityShare": "00t", "PermissionSetLicense": "0PL", "SetupAuditTrail": "0Ym",
    "SetupEntityAccess": "0J0", "StaticResource": "081", "Topic": "0TO", "TopicAssignment": "0FT",
    "UserLicense": "100", "UserShare": "0Nr", "AccountContactRole": "02Z", "FeedComment": "0D7",
    "EventRelation": "0RE", "TaskRelation": "0RT", "OrderStatus": "01J",
    "PermissionSetGroup": "0PG",
    "PermissionSetGroupComponent": "0PH", "Network": "0DB", "NetworkMember": "0DO",
}  # fmt: skip
"""Key prefixes of ids where the recorded describes of whole orgs show none."""

READ_ONLY_OBJECTS = frozenset(
    {
        "ActivityHistory", "ApexLog", "ApexPageInfo", "AppDefinition", "AppTabMember",
        "AsyncApexJob", "AttachedContentDocument", "CombinedAttachment", "ContentDocumentHistory",
        "CronJobDetail", "CronTrigger", "DataStatistics", "DataType", "EntityDefinition",
        "EntityParticle", "FieldDefinition", "FlowDefinitionView", "FlowVersionView",
        "FolderedContentDocument", "KnowledgeArticle", "LoginGeo", "LoginHistory", "LoginIp",
        "LookedUpFromActivity", "NoteAndAttachment", "OpenActivity", "OpportunityHistory",
        "OrderStatus", "OrgLifecycleNotification", "OwnedContentDocument", "PermissionSetLicense",
        "PicklistValueInfo", "Publisher", "RecentlyViewed", "RelationshipDomain",
        "RelationshipInfo", "SearchLayout", "SetupAuditTrail", "TabDefinition", "UserLicense",
        "UserRecordAccess", "UserEntityAccess", "UserFieldAccess", "VerificationHistory",
    }
)  # fmt: skip
