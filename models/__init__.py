"""The nouns: every table, and the few values and rules that all rooms share. Imports nothing of ours.

sources → articles → passages (evidence) | claims → alerts → briefs → deliveries; reports holds what readers say is
wrong with a brief, disputes what editors say, corrections what came of both; desks the people who act, duty when they
do, clocks how long alerts wait, requests what is kept of theirs, audit what was done, findables what a search finds,
weights which of the trained ones judge; websub the hubs that tell us of news. `database` opens SQLite or PostgreSQL;
`text` folds Vietnamese; `regrouping` keeps a claim group and its alert in step with its claims; `network` judges
addresses before anybody connects to them.
"""

from models.alerts import (
    UNANSWERED,
    Alert,
    AlertState,
    AlertViewer,
    Decision,
    DecisionForm,
    Ground,
    Outcome,
    OutletChange,
    RecordTask,
    Reroute,
    TaskResolution,
)
from models.archives import ArchiveFile
from models.articles import Article, ArticleState, ArticleVersion, Story, pack_text, unpack_text
from models.audit import MOVES, AuditEntry
from models.base import Base
from models.briefs import (
    BlockKind,
    Brief,
    BriefBlock,
    BriefComment,
    BriefState,
    BriefVersion,
    ChangeGrade,
    Citation,
    ScheduledPublication,
    Undermining,
    UnderminingAcknowledgement,
    UnderminingPassage,
)
from models.claims import (
    BY_HAND,
    AssertedBy,
    Assessment,
    AssessmentPassage,
    Claim,
    ClaimGroup,
    GateCount,
    Label,
    is_said_last,
)
from models.clocks import AlertClock, ClockKind, Escalation, Urgency
from models.corrections import CorrectionCause
from models.database import (
    DatabaseAddressError,
    Sessions,
    insert_and_read,
    insert_into,
    insert_rows,
    open_engine,
    open_sessions,
    parse_address,
    writing,
)
from models.deliveries import (
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Envelope,
    Event,
    EventType,
    SigningScheme,
    Subscription,
    SubscriptionState,
)
from models.desks import ApiKey, Desk, RecoveryCode, SignIn, User, UserRole
from models.disputes import Dispute, DisputeState
from models.duty import DayOff, DutyTurn, HandoverNote, RoutingRule
from models.fact_sheets import PAGE_CAME_FIRST, RAN_OUT, SHEETS, FactSheet
from models.findables import Findable, FindableKind
from models.notices import ChatRoom, Notice, NoticeState
from models.passages import Passage
from models.regrouping import describe_groups, file_alerts_again
from models.reports import ErrorReport, ReportState
from models.requests import KeptAnswer, SavedView
from models.searches import SearchCount
from models.sources import (
    Host,
    PublisherKind,
    Role,
    Scope,
    Source,
    SourceFetch,
    SourceKind,
    SourceState,
    Validators,
)
from models.text import fold, nfc, wording
from models.websub import SILENT_AFTER, HubState, HubSubscription
from models.weights import WeightsChange, WeightsInUse

__all__ = [
    "BY_HAND",
    "MOVES",
    "PAGE_CAME_FIRST",
    "RAN_OUT",
    "SHEETS",
    "SILENT_AFTER",
    "UNANSWERED",
    "Alert",
    "AlertClock",
    "AlertState",
    "AlertViewer",
    "ApiKey",
    "ArchiveFile",
    "Article",
    "ArticleState",
    "ArticleVersion",
    "AssertedBy",
    "Assessment",
    "AssessmentPassage",
    "AuditEntry",
    "Base",
    "BlockKind",
    "Brief",
    "BriefBlock",
    "BriefComment",
    "BriefState",
    "BriefVersion",
    "ChangeGrade",
    "ChatRoom",
    "Citation",
    "Claim",
    "ClaimGroup",
    "ClockKind",
    "CorrectionCause",
    "DatabaseAddressError",
    "DayOff",
    "Decision",
    "DecisionForm",
    "Delivery",
    "DeliveryAttempt",
    "DeliveryState",
    "Desk",
    "Dispute",
    "DisputeState",
    "DutyTurn",
    "Envelope",
    "ErrorReport",
    "Escalation",
    "Event",
    "EventType",
    "FactSheet",
    "Findable",
    "FindableKind",
    "GateCount",
    "Ground",
    "HandoverNote",
    "Host",
    "HubState",
    "HubSubscription",
    "KeptAnswer",
    "Label",
    "Notice",
    "NoticeState",
    "Outcome",
    "OutletChange",
    "Passage",
    "PublisherKind",
    "RecordTask",
    "RecoveryCode",
    "ReportState",
    "Reroute",
    "Role",
    "RoutingRule",
    "SavedView",
    "ScheduledPublication",
    "Scope",
    "SearchCount",
    "Sessions",
    "SignIn",
    "SigningScheme",
    "Source",
    "SourceFetch",
    "SourceKind",
    "SourceState",
    "Story",
    "Subscription",
    "SubscriptionState",
    "TaskResolution",
    "Undermining",
    "UnderminingAcknowledgement",
    "UnderminingPassage",
    "Urgency",
    "User",
    "UserRole",
    "Validators",
    "WeightsChange",
    "WeightsInUse",
    "describe_groups",
    "file_alerts_again",
    "fold",
    "insert_and_read",
    "insert_into",
    "insert_rows",
    "is_said_last",
    "nfc",
    "open_engine",
    "open_sessions",
    "pack_text",
    "parse_address",
    "unpack_text",
    "wording",
    "writing",
]
