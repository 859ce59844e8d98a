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
    "AccountTeamMember": _with_audit(
        "Id! AccountId!>Account=Account UserId!>User=User TeamMemberRole PhotoUrl Title"
        " AccountAccessLevel OpportunityAccessLevel CaseAccessLevel ContactAccessLevel"
        " IsDeleted:boolean!"
    ),
    "OpportunityTeamMember": _with_audit(
        "Id! OpportunityId!>Opportunity=Opportunity UserId!>User=User Name PhotoUrl Title"
        " TeamMemberRole OpportunityAccessLevel IsDeleted:boolean!"
    ),
    "LiveChatTranscript": _with_audit(
        f"{_HEAD} AccountId>Account=Account CaseId>Case=Case ContactId>Contact=Contact"
        " LeadId>Lead=Lead Body Browser StartTime:DateString EndTime:DateString Status"
        " ChatDuration:number WaitTime:number"
    ),
    "MessagingEndUser": _with_audit(
        f"{_HEAD} AccountId>Account=Account ContactId>Contact=Contact LeadId>Lead=Lead MessageType!"
        " MessagingPlatformKey! MessagingConsentStatus"
    ),
    "MessagingSession": _with_audit(
        f"{_HEAD} MessagingEndUserId!>MessagingEndUser=MessagingEndUser CaseId>Case=Case"
        " StartTime:DateString EndTime:DateString Status! Origin AgentType"
    ),
    "ObjectTerritory2Association": (
        "Id! ObjectId!>Object=Account Territory2Id!>Territory2=Territory2 AssociationCause!"
        " SobjectType! IsDeleted:boolean! LastModifiedDate:DateString!"
        " LastModifiedById!>LastModifiedBy=User SystemModstamp:DateString!"
    ),
    "Quote": _with_audit(
        "Id! OwnerId!>Owner=Name IsDeleted:boolean! Name! RecordTypeId>RecordType=RecordType"
        " LastViewedDate:DateString LastReferencedDate:DateString"
        " OpportunityId!>Opportunity=Opportunity Pricebook2Id>Pricebook2=Pricebook2"
        " ContactId>Contact=Contact QuoteNumber! IsSyncing:boolean! ShippingHandling:number"
        " Tax:number Status ExpirationDate:DateString Description Subtotal:number!"
        " TotalPrice:number! LineItemCount:number BillingStreet BillingCity BillingState"
        " BillingPostalCode BillingCountry BillingLatitude:number BillingLongitude:number"
        " BillingGeocodeAccuracy BillingAddress:Address ShippingStreet ShippingCity ShippingState"
        " ShippingPostalCode ShippingCountry ShippingLatitude:number ShippingLongitude:number"
        " ShippingGeocodeAccuracy ShippingAddress:Address BillingName ShippingName Email Phone Fax"
        " ContractId>Contract=Contract AccountId>Account=Account Discount:number"
        " GrandTotal:number CanCreateQuoteLineItems:boolean!"
    ),
    "QuoteDocument": _with_audit(
        "Id! Name! IsDeleted:boolean! QuoteId!>Quote=Quote Document:BlobString Discount:number"
        " GrandTotal:number ContentVersionDocumentId>ContentVersionDocument=ContentVersion"
    ),
    "QuoteLineItem": _with_audit(
        "Id! IsDeleted:boolean! LineNumber! LastViewedDate:DateString"
        " LastReferencedDate:DateString QuoteId!>Quote=Quote"
        " PricebookEntryId!>PricebookEntry=PricebookEntry"
        " OpportunityLineItemId>OpportunityLineItem=OpportunityLineItem Quantity:number!"
        " UnitPrice:number! Discount:number Description ServiceDate:DateString"
        " Product2Id!>Product2=Product2 SortOrder:number ListPrice:number Subtotal:number"
        " TotalPrice:number"
    ),
    "Survey": _with_audit(f"{_HEAD} Description DeveloperName! NamespacePrefix SurveyType"),
    "TaskRelation": _with_audit(
        "Id! RelationId>Relation=Name TaskId>Task=Task IsWhat:boolean! AccountId>Account=Account"
        " IsDeleted:boolean!"
    ),
    "Territory2": (
        "Id! Name! Territory2TypeId!>Territory2Type=Territory2Type"
        " Territory2ModelId!>Territory2Model=Territory2Model"
        " ParentTerritory2Id>ParentTerritory2=Territory2 Description ForecastUserId"
        " AccountAccessLevel! OpportunityAccessLevel CaseAccessLevel ContactAccessLevel"
        " LastModifiedDate:DateString! LastModifiedById!>LastModifiedBy=User"
        " SystemModstamp:DateString! DeveloperName!"
    ),
    "Territory2Model": _with_audit(
        "Id! Name! Description ActivatedDate:DateString DeactivatedDate:DateString State!"
        " DeveloperName! LastRunRulesEndDate:DateString IsDeleted:boolean!"
    ),
    "Territory2Type": _with_audit(
        "Id! DeveloperName! Language! MasterLabel! Description Priority:number! IsDeleted:boolean!"
    ),
    "UserTerritory2Association": (
        "Id! UserId!>User=User Territory2Id!>Territory2=Territory2 IsActive:boolean!"
        " RoleInTerritory2 LastModifiedDate:DateString! LastModifiedById!>LastModifiedBy=User"
        " SystemModstamp:DateString!"
    ),
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
"""Object -> its fields, in the form that `update_catalog.py` reads."""

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
    "UserLicense": "100", "UserShare": "0N2", "AccountContactRole": "02Z", "FeedComment": "0D7",
    "EventRelation": "0RE", "TaskRelation": "0RT", "OrderStatus": "01J",
    "PermissionSetGroup": "0PG",
    "AccountTeamMember": "01M", "OpportunityTeamMember": "00q", "Quote": "0Q0",
    "QuoteLineItem": "0QL", "QuoteDocument": "0QD", "Territory2": "0MI", "Territory2Model": "0MA",
    "Territory2Type": "0M5", "UserTerritory2Association": "0TR", "LiveChatTranscript": "570",
    "ObjectTerritory2Association": "0OT", "MessagingSession": "0Mw", "MessagingEndUser": "0PA",
    "Network": "0DB", "NetworkMember": "0DO",
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
