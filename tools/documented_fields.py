# ruff: noqa: E501 - one field a line
"""Types, lengths, picklists and flags of catalog fields, where the rules of `update_catalog` guess wrong.

A line is a field: name, type, length (or precision,scale) in parentheses, flags, targets of a
reference, values of a picklist. Flags: `!` not nillable, `c` createable, `u` updateable,
`d` defaulted on create, `n` name field, `r` restricted picklist, `x` not filterable; a line
without flags is read-only. `*` marks the default value; `+` in front of a name adds a field that the
type declarations lack. A reference is followed by `>Relationship=Target|Target`, without a name
when no query can follow it.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_list.htm
"""

import re
from typing import Any

_LANGUAGES = "en_US*|de|es|fr|it|ja|sv|ko|zh_TW|zh_CN|pt_BR|nl_NL|da|th|fi|ru|es_MX|no"
_ZONES = "America/Los_Angeles*|America/New_York|America/Chicago|Europe/London|Europe/Paris|GMT"
_STREET = "textarea(255)"
_GEOCODE = (
    "picklist(40)cur=Address|NearAddress|Block|Street|ExtendedZip|Zip|Neighborhood|City|County"
    "|State|Unknown"
)
_ACCESS = "picklist(40)!cudr=None|Read*|Edit|All"
_ROW_CAUSE = (
    "picklist(40)cr=Owner|Manual*|Rule|ImplicitParent|ImplicitChild|Team|TerritoryRule|Territory"
)


def _address(prefix: str) -> str:
    return f"""
        {prefix}Street {_STREET}cu
        {prefix}City string(40)cu
        {prefix}State string(80)cu
        {prefix}PostalCode string(20)cu
        {prefix}Country string(80)cu
        {prefix}Latitude double(18,15)cu
        {prefix}Longitude double(18,15)cu
        {prefix}GeocodeAccuracy {_GEOCODE}
    """


_FEED_TYPES = (
    "TrackedChange|UserStatus|TextPost*|AdvancedTextPost|LinkPost|ContentPost|PollPost|RypplePost"
    "|ProfileSkillPost|DashboardComponentSnapshot|ApprovalPost|CaseCommentPost|ReplyPost"
    "|EmailMessageEvent|CallLogPost|ChangeStatusPost|AttachArticleEvent|MilestoneEvent"
    "|ActivityEvent|ChatTranscriptPost|CollaborationGroupCreated|CollaborationGroupUnarchived"
    "|SocialPost|QuestionPost|FacebookPost|BasicTemplateFeedItem|CreateRecordEvent|CanvasPost"
    "|AnnouncementPost"
)
_TRACKED_FEED = f"""
    Type picklist(40)r={_FEED_TYPES.replace("*", "")}
    CommentCount int(9)!=0*
    LikeCount int(9)!=0*
    Title string(255)
    Body textarea(10000)x
    LinkUrl url(1000)
    RelatedRecordId reference(18)
    InsertedById reference(18)>InsertedBy=User
    +BestCommentId reference(18)>BestComment=FeedComment
"""

FIELDS: dict[str, str] = {
    "ApexClass": """
        NamespacePrefix string(15)cu
        Name string(255)!cun
        ApiVersion double(18,1)!cud=68*
        Status picklist(40)!cur=Inactive|Active*|Deleted
        IsValid boolean!cud
        BodyCrc double(18,0)cu
        Body textarea(1000000)cux
        LengthWithoutComments int(9)!cud
    """,
    "ApexTrigger": """
        NamespacePrefix string(15)cu
        Name string(255)!cun
        TableEnumOrId picklist(40)cu
        ApiVersion double(18,1)!cud=68*
        Status picklist(40)!cur=Inactive|Active*|Deleted
        BodyCrc double(18,0)cu
        Body textarea(1000000)cux
        LengthWithoutComments int(9)!cud
    """,
    "ApexPage": """
        NamespacePrefix string(15)cu
        Name string(80)!cun
        ApiVersion double(18,1)!cud=68*
        MasterLabel string(80)!cu
        Description textarea(4000)cux
        ControllerType picklist(40)!cur=0*|1|2|3
        ControllerKey string(255)cu
        Markup textarea(1048576)!cux
    """,
    "ApexComponent": """
        NamespacePrefix string(15)cu
        Name string(80)!cun
        ApiVersion double(18,1)!cud=68*
        MasterLabel string(80)!cu
        Description textarea(4000)cux
        ControllerType picklist(40)!cur=0*|1|2|3
        ControllerKey string(255)cu
        Markup textarea(1048576)!cux
    """,
    "ApexLog": """
        LogUserId reference(18)>LogUser=User
        LogLength int(9)!=0*
        Request string(40)!
        Operation string(240)!
        Application string(40)!
        Status string(255)!
        DurationMilliseconds int(9)!=0*
        Location picklist(40)r=Monitoring|SystemLog|Preserved
        +RequestIdentifier string(240)
    """,
    "AsyncApexJob": """
        JobType picklist(40)!r=Future|SharingRecalculation|ScheduledApex|BatchApex|BatchApexWorker|TestRequest|TestWorker|ApexToken|Queueable
        Status picklist(40)!r=Queued|Processing|Aborted|Completed|Failed|Preparing|Holding
        JobItemsProcessed int(9)!=0*
        TotalJobItems int(9)
        NumberOfErrors int(9)
        MethodName string(255)
        ExtendedStatus string(1000)
        ParentJobId reference(18)>ParentJob=AsyncApexJob
        LastProcessed string(15)
        LastProcessedOffset int(9)
        +CronTriggerId reference(18)>CronTrigger=CronTrigger
    """,
    "CronTrigger": f"""
        CronJobDetailId reference(18)!>CronJobDetail=CronJobDetail
        State string(16)
        CronExpression string(255)
        TimeZoneSidKey picklist(40)r={_ZONES.replace("*", "")}
        OwnerId reference(18)>Owner=User
        TimesTriggered int(9)
    """,
    "CronJobDetail": """
        Name string(255)!n
        JobType picklist(3)r=0|1|3|4|5|6|7|8|9|A
    """,
    "GroupMember": """
        GroupId reference(18)!c>Group=Group
        UserOrGroupId reference(18)!c>=Group|User
    """,
    "LoginHistory": """
        UserId reference(18)>=User
        LoginType picklist(40)!r=Application|SAML Idp Initiated SSO|Remote Access 2.0|Remote Access Client|Other Apex API|Partner Product|Sites|Oauth
        SourceIp string(39)
        LoginUrl string(90)
        AuthenticationServiceId reference(18)>=AuthConfig|AuthProvider|SamlSsoConfig
        TlsProtocol picklist(40)r=TLS 1.0|TLS 1.1|TLS 1.2|TLS 1.3|Unknown
        CipherSuite picklist(40)
        +OptionsIsGet boolean!
        +OptionsIsPost boolean!
        Browser string(64)
        Platform string(64)
        Status string(128)
        Application string(64)
        ClientVersion string(64)
        ApiType string(64)
        ApiVersion string(32)
        CountryIso string(2)
        +AuthMethodReference string(255)
        +LoginSubType picklist(40)
        +ForwardedForIp string(1000)
    """,
    "SetupAuditTrail": """
        Action string(240)!
        Section string(255)
        Display string(1000)
        DelegateUser string(240)
        ResponsibleNamespacePrefix string(15)
        +CreatedByContext string(240)
        +CreatedByIssuer string(240)
    """,
    "FeedItem": f"""
        Type picklist(40)cr={_FEED_TYPES}
        Revision int(9)cu
        LastEditById reference(18)>=User|SelfServiceUser
        CommentCount int(9)!=0*
        LikeCount int(9)!=0*
        Title string(255)cu
        Body textarea(10000)cux
        LinkUrl url(1000)cu
        RelatedRecordId reference(18)c>=ContentVersion|FeedItem|WorkThanks
        InsertedById reference(18)>InsertedBy=User
        BestCommentId reference(18)>BestComment=FeedComment
        HasContent boolean!
        HasLink boolean!
        HasFeedEntity boolean!
        HasVerifiedComment boolean!
        Status picklist(40)cur=Published*|PendingReview
        +Visibility picklist(40)cur=AllUsers*|InternalUsers
    """,
    "FeedComment": """
        FeedItemId reference(18)!c>FeedItem=FeedItem
        ParentId reference(18)>Parent=Account|Asset|Campaign|Case|Contact|Contract|Event|Lead|Opportunity|Order|Product2|Task|User
        Revision int(9)cu
        LastEditById reference(18)>=User|SelfServiceUser
        CommentBody textarea(10000)!cux
        InsertedById reference(18)>InsertedBy=User
        CommentType picklist(40)cr=TextComment*|ContentComment
        RelatedRecordId reference(18)c>=ContentVersion
        Status picklist(40)cur=Published*|PendingReview
        IsVerified boolean!u
        HasEntityLinks boolean!
        ThreadLevel int(9)
        ThreadChildrenCount int(9)
        ThreadLastUpdatedDate datetime
    """,
    "AccountFeed": _TRACKED_FEED,
    "CaseFeed": _TRACKED_FEED,
    "ContactFeed": _TRACKED_FEED,
    "LeadFeed": _TRACKED_FEED,
    "OpportunityFeed": _TRACKED_FEED,
    "TaskFeed": _TRACKED_FEED,
    "UserFeed": _TRACKED_FEED,
    "Topic": """
        Name string(99)!cun
        Description textarea(500)cu
        TalkingAbout int(9)!=0*
    """,
    "TopicAssignment": """
        TopicId reference(18)!c>Topic=Topic
        EntityId reference(18)!c
        EntityKeyPrefix string(3)!
        EntityType string(40)
    """,
    "AccountShare": f"""
        AccountAccessLevel picklist(40)!cur=Read|Edit|All
        OpportunityAccessLevel {_ACCESS}
        CaseAccessLevel {_ACCESS}
        ContactAccessLevel picklist(40)cur=None|Read|Edit|All
        RowCause {_ROW_CAUSE}
    """,
    "ContactShare": f"""
        ContactAccessLevel picklist(40)!cur=Read|Edit|All
        RowCause {_ROW_CAUSE}
    """,
    "CaseShare": f"""
        CaseAccessLevel picklist(40)!cur=Read|Edit|All
        RowCause {_ROW_CAUSE}
    """,
    "LeadShare": f"""
        LeadAccessLevel picklist(40)!cur=Read|Edit|All
        RowCause {_ROW_CAUSE}
    """,
    "OpportunityShare": f"""
        OpportunityAccessLevel picklist(40)!cur=Read|Edit|All
        RowCause {_ROW_CAUSE}
    """,
    "OpportunityHistory": """
        StageName picklist(255)!
        Amount currency(18,2)
        ExpectedRevenue currency(18,2)
        CloseDate date
        Probability percent(3,0)
        ForecastCategory picklist(40)!r=Omitted|Pipeline|BestCase|MostLikely|Forecast|Closed
    """,
    "EmailTemplate": """
        Name string(80)!cun
        DeveloperName string(80)!cu
        NamespacePrefix string(15)
        FolderId reference(18)!cu>Folder=Folder|Organization|User
        BrandTemplateId reference(18)cu>=BrandTemplate
        TemplateStyle picklist(40)!cudr=none*|freeForm|formalLetter|promotionRight|promotionLeft|newsletter|products
        TemplateType picklist(40)!cr=text|html|custom|visualforce
        Encoding picklist(40)cur=UTF-8|ISO-8859-1|Shift_JIS|ISO-2022-JP|EUC-JP|ks_c_5601-1987|Big5|GB2312
        Description string(1000)cu
        Subject string(230)cu
        HtmlValue textarea(384000)cux
        Body textarea(384000)cux
        TimesUsed int(9)
        ApiVersion double(18,1)cu
        Markup textarea(1048576)cux
        UiType picklist(40)cr=Aloha*|SFX|SFX_Sample
        RelatedEntityType picklist(40)cu
    """,
    "Solution": """
        SolutionName string(255)!cun
        Status picklist(255)!cud=Draft*|Reviewed|Duplicate
        SolutionNote textarea(32000)cux
        TimesUsed int(9)!=0*
        IsReviewed boolean!
        IsHtml boolean!
    """,
    "Entitlement": """
        Name string(255)!cun
        Type picklist(255)cu=Web Support|Phone Support
        CasesPerEntitlement int(9)cu
        RemainingCases int(9)cu
        Status picklist(40)r=Inactive|Active|Expired
    """,
    "Quote": f"""
        Name string(255)!cun
        OpportunityId reference(18)!c>Opportunity=Opportunity
        Status picklist(255)cu=Draft|Needs Review|In Review|Approved|Rejected|Presented|Accepted|Denied
        ShippingHandling currency(18,2)cu
        Tax currency(18,2)cu
        Description textarea(32000)cux
        Subtotal currency(16,2)!
        TotalPrice currency(16,2)!
        LineItemCount int(9)
        Discount percent(16,2)
        GrandTotal currency(18,2)
        Email email(80)cu
        Phone phone(40)cu
        Fax phone(40)cu
        BillingName string(255)cu
        ShippingName string(255)cu
        AccountId reference(18)>Account=Account
        {_address("Billing")}
        {_address("Shipping")}
    """,
    "QuoteLineItem": """
        QuoteId reference(18)!c>Quote=Quote
        PricebookEntryId reference(18)!c>PricebookEntry=PricebookEntry
        Quantity double(10,2)!cu
        UnitPrice currency(16,2)!cu
        Discount percent(4,2)cu
        Description string(255)cu
        Product2Id reference(18)!c>Product2=Product2
        SortOrder int(9)cu
        ListPrice currency(16,2)
        Subtotal currency(16,2)
        TotalPrice currency(16,2)
    """,
    "ServiceContract": f"""
        Name string(255)!cun
        Term int(9)cu
        ApprovalStatus picklist(40)cur=Draft*|In Approval Process|Activated
        Description textarea(32000)cux
        ShippingHandling currency(18,2)cu
        Tax currency(18,2)cu
        Subtotal currency(16,2)
        TotalPrice currency(16,2)
        LineItemCount int(9)
        SpecialTerms textarea(4000)cux
        Discount percent(16,2)
        GrandTotal currency(18,2)
        Status picklist(40)r=Inactive|Active|Expired
        {_address("Billing")}
        {_address("Shipping")}
    """,
    "ContractLineItem": """
        PricebookEntryId reference(18)!c>PricebookEntry=PricebookEntry
        Quantity double(10,2)!cu
        UnitPrice currency(16,2)!cu
        Discount percent(4,2)cu
        ListPrice currency(16,2)
        Subtotal currency(16,2)
        TotalPrice currency(16,2)
        Status picklist(40)r=Inactive|Active|Expired
    """,
    "WorkOrder": f"""
        Subject string(255)cu
        Status picklist(255)cud=New*|In Progress|On Hold|Completed|Closed|Cannot Complete|Canceled
        Priority picklist(255)cud=Low*|Medium|High|Critical
        Tax currency(18,2)cu
        Subtotal currency(16,2)
        TotalPrice currency(16,2)
        GrandTotal currency(18,2)
        Discount percent(16,2)
        LineItemCount int(9)
        StartDate datetime cu
        EndDate datetime cu
        Duration double(18,2)cu
        DurationType picklist(40)cudr=Minutes|Hours*
        DurationInMinutes double(18,2)
        ServiceAppointmentCount int(9)
        StatusCategory picklist(40)r=None|New|InProgress|OnHold|Completed|Closed|CannotComplete|Canceled
        MilestoneStatus string(30)
        StopStartDate datetime
        SlaStartDate datetime cu
        SlaExitDate datetime
        {_address("")}
    """,
    "WorkOrderLineItem": f"""
        Subject string(255)cu
        Status picklist(255)cud=New*|In Progress|On Hold|Completed|Closed|Cannot Complete|Canceled
        Priority picklist(255)cud=Low*|Medium|High|Critical
        StartDate datetime cu
        EndDate datetime cu
        Quantity double(10,2)cu
        UnitPrice currency(16,2)cu
        Discount percent(4,2)cu
        ListPrice currency(16,2)
        Subtotal currency(16,2)
        TotalPrice currency(16,2)
        Duration double(18,2)cu
        DurationType picklist(40)cudr=Minutes|Hours*
        DurationInMinutes double(18,2)
        ServiceAppointmentCount int(9)
        StatusCategory picklist(40)r=None|New|InProgress|OnHold|Completed|Closed|CannotComplete|Canceled
        {_address("")}
    """,
    "Individual": """
        LastName string(80)!cu
        FirstName string(40)cu
        Salutation picklist(40)cu=Mr.|Ms.|Mrs.|Dr.|Prof.
        Name string(121)!n
        IndividualsAge picklist(40)cur=13 or Older|12 or Younger|Unknown
    """,
    "UserLicense": """
        LicenseDefinitionKey string(40)!
        TotalLicenses int(9)!=0*
        Status picklist(40)!r=Active|Disabled
        UsedLicenses int(9)!=0*
        Name string(40)!n
        MasterLabel string(40)!
        MonthlyLoginsUsed int(9)
        MonthlyLoginsEntitlement int(9)
    """,
    "PermissionSetLicense": f"""
        DeveloperName string(80)!
        Language picklist(40)!r={_LANGUAGES.replace("*", "")}
        MasterLabel string(80)!n
        PermissionSetLicenseKey string(240)!
        TotalLicenses int(9)!=0*
        Status picklist(40)!r=Active|Disabled
        UsedLicenses int(9)!=0*
    """,
    "PermissionSetLicenseAssign": """
        PermissionSetLicenseId reference(18)!c>PermissionSetLicense=PermissionSetLicense
        AssigneeId reference(18)!c>Assignee=User
    """,
    "FieldPermissions": """
        ParentId reference(18)!c>Parent=PermissionSet
        SobjectType picklist(40)!cr
        Field picklist(203)!cr
    """,
    "ObjectPermissions": """
        ParentId reference(18)!c>Parent=PermissionSet
        SobjectType picklist(40)!cr
        +PermissionsViewAllFields boolean!cud
    """,
    "AccountContactRelation": """
        AccountId reference(18)!c>Account=Account
        ContactId reference(18)!c>Contact=Contact
        Roles multipicklist(4099)cu=Business User|Decision Maker|Economic Buyer|Economic Decision Maker|Evaluator|Executive Sponsor|Influencer|Technical Buyer|Other
        IsDirect boolean!
        IsActive boolean!cud
    """,
    "AccountContactRole": """
        AccountId reference(18)!c>Account=Account
        Role picklist(40)cu=Business User|Decision Maker|Economic Buyer|Economic Decision Maker|Evaluator|Executive Sponsor|Influencer|Technical Buyer|Other
    """,
    "AccountTeamMember": f"""
        AccountId reference(18)!c>Account=Account
        UserId reference(18)!c>User=User
        TeamMemberRole picklist(40)cu=Account Manager|Channel Manager|Executive Sponsor|Lead Qualifier|Pre-Sales Consultant|Sales Manager|Sales Rep
        PhotoUrl url(255)
        Title string(80)
        AccountAccessLevel picklist(40)cur=Read|Edit|All
        OpportunityAccessLevel {_ACCESS.replace("!", "").replace("*", "")}
        CaseAccessLevel {_ACCESS.replace("!", "").replace("*", "")}
        ContactAccessLevel {_ACCESS.replace("!", "").replace("*", "")}
    """,
    "OpportunityTeamMember": """
        OpportunityId reference(18)!c>Opportunity=Opportunity
        UserId reference(18)!c>User=User
        Name string(361)n
        PhotoUrl url(255)
        Title string(80)
        TeamMemberRole picklist(40)cu=Account Manager|Channel Manager|Executive Sponsor|Lead Qualifier|Pre-Sales Consultant|Sales Manager|Sales Rep
        OpportunityAccessLevel picklist(40)cur=Read|Edit|All
    """,
    "CaseTeamMember": """
        ParentId reference(18)!c>Parent=Case
        MemberId reference(18)!c>Member=Contact|User
        TeamRoleId reference(18)!cu>TeamRole=CaseTeamRole
    """,
    "CaseTeamRole": """
        Name string(80)!cun
        AccessLevel picklist(40)!cr=None|Read|Edit
        PreferencesVisibleInCSP boolean!cud
    """,
    "EventRelation": """
        EventId reference(18)!c>Event=Event
        RelationId reference(18)!c>Relation=Account|Contact|Lead|User
        Status picklist(40)cr=New*|Declined|Accepted|Uninvited|Maybe
        Response string(255)c
        RespondedDate datetime c
    """,
    "Holiday": """
        Name string(80)!cun
        Description string(255)cu
        StartTimeInMinutes int(9)cu
        EndTimeInMinutes int(9)cu
        RecurrenceEndDateOnly date cu
        RecurrenceType picklist(40)cur=RecursDaily|RecursEveryWeekday|RecursMonthly|RecursMonthlyNth|RecursWeekly|RecursYearly|RecursYearlyNth
        RecurrenceInterval int(9)cu
        RecurrenceDayOfWeekMask int(9)cu
        RecurrenceDayOfMonth int(9)cu
        RecurrenceInstance picklist(40)cur=First|Second|Third|Fourth|Last
        RecurrenceMonthOfYear picklist(40)cur=January|February|March|April|May|June|July|August|September|October|November|December
    """,
    "BusinessHours": f"""
        Name string(80)!cun
        SundayStartTime time cu
        SundayEndTime time cu
        MondayStartTime time cu
        MondayEndTime time cu
        TuesdayStartTime time cu
        TuesdayEndTime time cu
        WednesdayStartTime time cu
        WednesdayEndTime time cu
        ThursdayStartTime time cu
        ThursdayEndTime time cu
        FridayStartTime time cu
        FridayEndTime time cu
        SaturdayStartTime time cu
        SaturdayEndTime time cu
        TimeZoneSidKey picklist(40)!cudr={_ZONES}
    """,
    "OpportunityPartner": """
        OpportunityId reference(18)!>Opportunity=Opportunity
        AccountToId reference(18)!>AccountTo=Account
        Role picklist(40)
        IsPrimary boolean!
        ReversePartnerId reference(18)>=Partner
    """,
    "Partner": """
        OpportunityId reference(18)c>Opportunity=Opportunity
        AccountFromId reference(18)c>AccountFrom=Account
        AccountToId reference(18)!c>AccountTo=Account
        Role picklist(40)c
        IsPrimary boolean!cd
        ReversePartnerId reference(18)>=Partner
    """,
    "CollaborationGroup": """
        Name string(40)!cun
        MemberCount int(9)
        CollaborationType picklist(40)!cur=Public|Private|Unlisted
        Description textarea(1000)cu
        FullPhotoUrl url(1024)
        MediumPhotoUrl url(1024)
        SmallPhotoUrl url(1024)
        InformationTitle string(30)cu
        InformationBody textarea(4000)cux
        HasPrivateFieldsAccess boolean!
        GroupEmail email(80)
        BannerPhotoUrl url(1024)
        IsBroadcast boolean!cd
    """,
    "CollaborationGroupMember": """
        CollaborationGroupId reference(18)!c>CollaborationGroup=CollaborationGroup
        MemberId reference(18)!c>Member=User
        CollaborationRole picklist(40)cur=Standard*|Admin
        NotificationFrequency picklist(40)cur=D|W|N|P
    """,
    "ContentWorkspace": """
        Name string(255)!cun
        Description textarea(1000)cu
        TagModel picklist(40)r=UNRESTRICTED|RESTRICTED|GUIDED
        DefaultRecordTypeId reference(18)>=RecordType
        WorkspaceType picklist(40)r=R|B
        LastWorkspaceActivityDate datetime
        RootContentFolderId reference(18)>=ContentFolder
        NamespacePrefix string(15)
        DeveloperName string(80)cu
    """,
    "ContentDistribution": """
        Name string(100)!cun
        ContentDocumentId reference(18)>=ContentDocument
        RelatedRecordId reference(18)c
        Password string(40)
        ViewCount int(9)
        FirstViewDate datetime
        DistributionPublicUrl string(1300)
        ContentDownloadUrl string(1300)
        PdfDownloadUrl string(1300)
    """,
    "StaticResource": """
        NamespacePrefix string(15)cu
        Name string(80)!cun
        ContentType string(120)!cu
        BodyLength int(9)!=0*
        Body base64 cux
        Description textarea(255)cu
        CacheControl picklist(40)!cudr=Private*|Public
    """,
    "TaskPriority": """
        MasterLabel string(255)n
        ApiName string(255)!
        SortOrder int(9)
    """,
    "ContractStatus": """
        MasterLabel string(255)n
        ApiName string(255)!
        SortOrder int(9)
        StatusCode picklist(40)r=Draft|InApproval|Activated
    """,
    "OrderStatus": """
        MasterLabel string(255)n
        ApiName string(255)!
        SortOrder int(9)
        StatusCode picklist(40)!r=Draft|Activated
    """,
    "DuplicateRule": f"""
        SobjectType picklist(40)!r
        DeveloperName string(80)!
        Language picklist(40)!r={_LANGUAGES.replace("*", "")}
        MasterLabel string(80)!n
        NamespacePrefix string(15)
        SobjectSubtype picklist(40)r=None|PersonAccount
    """,
    "DuplicateRecordSet": """
        RecordCount int(9)
    """,
    "MatchingRule": f"""
        SobjectType picklist(40)!r
        DeveloperName string(80)!
        Language picklist(40)!r={_LANGUAGES.replace("*", "")}
        MasterLabel string(80)!n
        NamespacePrefix string(15)
        MatchEngine picklist(40)r=ExactMatchEngine|FuzzyMatchEngine
        BooleanFilter string(255)
        Description string(255)
        RuleStatus picklist(40)!r=Inactive|DeactivationFailed|Activating|Deactivating|Active|ActivationFailed
        SobjectSubtype picklist(40)r=None|PersonAccount
    """,
    "AssignmentRule": """
        Name string(120)n
        SobjectType picklist(40)r=Case|Lead
    """,
    "WebLink": """
        Url textarea(1000000)cux
        Height int(9)cu
        Width int(9)cu
        Position picklist(40)cur=fullScreen|none|topLeft
        ScontrolId reference(18)cu>=Scontrol
        MasterLabel string(240)cu
        NamespacePrefix string(15)
    """,
    "Period": """
        FiscalYearSettingsId reference(18)>FiscalYearSettings=FiscalYearSettings
        Type picklist(40)r=Month|Quarter|Week|Year
        QuarterLabel picklist(40)
        PeriodLabel picklist(40)
        Number int(9)
        FullyQualifiedLabel string(240)
    """,
    "FiscalYearSettings": """
        PeriodId reference(18)>=Period
        StartDate date
        EndDate date
        Name string(80)!n
        YearType picklist(40)r=Standard|Custom
        QuarterLabelScheme picklist(40)
        PeriodLabelScheme picklist(40)
        WeekLabelScheme picklist(40)
        QuarterPrefix picklist(40)
        PeriodPrefix picklist(40)
        WeekStartDay int(9)
        Description string(255)
    """,
    "EmailMessageRelation": """
        EmailMessageId reference(18)!c>EmailMessage=EmailMessage
        RelationId reference(18)c>Relation=Contact|Lead|User
        RelationType picklist(40)!cr=ToAddress|CcAddress|BccAddress|FromAddress|OtherAddress
        RelationAddress string(254)c
        RelationObjectType picklist(40)r=Contact|Lead|User
    """,
    "Knowledge__kav": f"""
        KnowledgeArticleId reference(18)!>=Knowledge__ka
        ValidationStatus picklist(40)!cud=Not Validated*|Validated
        PublishStatus picklist(40)!cudr=Draft*|Online|Archived
        VersionNumber int(9)!=1*
        IsLatestVersion boolean!
        IsVisibleInApp boolean!
        Language picklist(40)!cudr={_LANGUAGES}
        Title string(255)!cun
        UrlName string(255)!cu
        ArchivedDate datetime
        ArchivedById reference(18)>ArchivedBy=User
        Summary textarea(1000)cux
        FirstPublishedDate datetime
        ArticleCaseAttachCount int(9)
        ArticleMasterLanguage picklist(40)r={_LANGUAGES.replace("*", "")}
        ArticleTotalViewCount int(9)
        SourceId reference(18)c>=Case
        ArticleType picklist(40)!
        AssignedToId reference(18)>=User
        AssignedById reference(18)>=User
        AssignmentDate datetime
        AssignmentDueDate datetime
        AssignmentNote textarea(255)
    """,
}

RESTRICTED: dict[str, str] = {
    "Asset": "GeocodeAccuracy",
    "ContentDocument": "PublishStatus SharingOption SharingPrivacy",
    "ContentDocumentLink": "ShareType Visibility",
    "ContentVersion": "ContentLocation Origin PublishStatus SharingOption SharingPrivacy",
    "Contract": "BillingGeocodeAccuracy OwnerExpirationNotice StatusCode",
    "Dashboard": "BackgroundDirection ChartTheme ColorPalette LeftSize MiddleSize RightSize Type",
    "EmailMessage": "AutomationType Status",
    "Group": "Type",
    "OpportunityStage": "ForecastCategory ForecastCategoryName",
    "Order": "BillingGeocodeAccuracy ShippingGeocodeAccuracy StatusCode",
    "Organization": "GeocodeAccuracy LanguageLocaleKey OrganizationType TimeZoneSidKey UiSkin",
    "PermissionSet": "Type",
    "ProcessInstance": "Status",
    "Product2": "ProductClass",
    "Profile": "UserType",
    "Report": "Format",
    "Task": (
        "CallType RecurrenceInstance RecurrenceMonthOfYear RecurrenceRegeneratedType"
        " RecurrenceTimeZoneSidKey RecurrenceType TaskSubtype"
    ),
    "User": (
        "DefaultGroupNotificationFrequency DigestFrequency EmailEncodingKey GeocodeAccuracy"
        " LanguageLocaleKey LocaleSidKey PortalRole TimeZoneSidKey UserType"
    ),
    "UserRole": (
        "CaseAccessForAccountOwner ContactAccessForAccountOwner OpportunityAccessForAccountOwner"
        " PortalRole PortalType"
    ),
}
"""Picklists of `objects.json` whose values nobody can add to, where no describe was at hand.

Those of the same kind are restricted in the describes that were: `RecurrenceType` of events,
`GeocodeAccuracy` of accounts.
"""

_LINE = re.compile(
    r"(?P<new>\+?)(?P<name>\w+) (?P<type>\w+)(?:\((?P<size>[\d,]+)\))? ?(?P<flags>[!a-z]*)"
    r"(?:>(?P<relation>\w*)(?:=(?P<targets>[\w|]+))?)?(?:=(?P<values>.+))?"
)
_BITS = {"c": "createable", "u": "updateable", "d": "defaultedOnCreate", "n": "nameField"}
_SIZED = {"int": "digits", "double": "precision", "currency": "precision", "percent": "precision"}


def corrected(name: str, rows: list[list[Any]], bits: tuple[str, ...]) -> list[list[Any]]:
    """Return an object's rows of fields with what is documented of them.

    Args:
        rows: `[name, type, bits, targets]` of each field, as the rules give them.
        bits: Names of the flags, lowest bit first.
    """
    rows_by_name = {row[0]: row for row in rows}
    for line in FIELDS.get(name, "").splitlines():
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise ValueError(f"{name}: {line.strip()}")
        if match["name"] not in rows_by_name:
            if not match["new"]:
                raise ValueError(f"{name} has no field {match['name']}")
            rows_by_name[match["name"]] = [match["name"], match["type"], 0]
        row = rows_by_name[match["name"]]
        rows_by_name[match["name"]] = _row(match, row, bits)
    return list(rows_by_name.values())


def _row(match: "re.Match[str]", row: list[Any], bits: tuple[str, ...]) -> list[Any]:
    kind, flags = match["type"], match["flags"]
    has = {flag: bool(row[2] >> at & 1) for at, flag in enumerate(bits)}
    has |= {flag: letter in flags for letter, flag in _BITS.items()}
    has["nillable"] = "!" not in flags
    has["defaultedOnCreate"] |= kind == "boolean" or (match["name"] == "OwnerId")
    has["filterable"] = "x" not in flags and kind not in {"address", "base64"}
    targets = match["targets"].split("|") if match["targets"] else None
    if kind == "reference" and targets is None and len(row) > 3:
        targets = row[3]
    details: dict[str, Any] = {}
    if match["size"]:
        first, _, second = match["size"].partition(",")
        details[_SIZED.get(kind, "length")] = int(first)
        if second:
            details["scale"] = int(second)
    if kind == "reference" and not match["relation"] and match["targets"]:
        details["relationship_name"] = None
    if match["values"]:
        values = match["values"].split("|")
        default = next((value.rstrip("*") for value in values if value.endswith("*")), None)
        if kind in _SIZED:
            details["default_value"] = int(default or 0)
        else:
            details["picklist"] = [value.rstrip("*") for value in values]
            if default is not None:
                details["default_value"] = default
    if "r" in flags:
        details["restricted_picklist"] = True
    number = sum(1 << at for at, flag in enumerate(bits) if has[flag])
    return [match["name"], kind, number, targets, details]
