"""The nouns: every table, and the few values and rules that all rooms share. Imports nothing of ours.

sources → articles → passages (evidence) | claims → alerts → briefs → deliveries; reports holds what readers say is
wrong with a brief; desks the people who act, duty when they do, clocks how long alerts wait, audit what was done,
weights which of the trained ones judge; websub the hubs that tell us of news. `database` opens SQLite or PostgreSQL;
`text` folds Vietnamese; `network` judges addresses before anybody connects to them.
"""

from models.alerts import Alert, AlertState, AlertViewer, Decision, Outcome, OutletChange
from models.archives import ArchiveFile
from models.articles import Article, ArticleState, ArticleVersion, Story, pack_text, unpack_text
from models.audit import AuditEntry
from models.base import Base
from models.briefs import BlockKind, Brief, BriefBlock, BriefState, BriefVersion, ChangeGrade, Citation
from models.claims import (
    BY_HAND,
    AssertedBy,
    Assessment,
    AssessmentPassage,
    Claim,
    ClaimGroup,
    GateCount,
    Label,
)
from models.clocks import AlertClock, ClockKind, Escalation, Urgency
from models.database import DatabaseAddressError, Sessions, open_engine, open_sessions, parse_address, writing
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
from models.desks import ApiKey, Desk, SignIn, User, UserRole
from models.disputes import Dispute, DisputeState
from models.duty import DayOff, DutyTurn, HandoverNote, RoutingRule
from models.notices import ChatRoom, Notice, NoticeState
from models.passages import Passage
from models.reports import ErrorReport, ReportState
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
    "SILENT_AFTER",
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
    "BriefState",
    "BriefVersion",
    "ChangeGrade",
    "ChatRoom",
    "Citation",
    "Claim",
    "ClaimGroup",
    "ClockKind",
    "DatabaseAddressError",
    "DayOff",
    "Decision",
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
    "GateCount",
    "HandoverNote",
    "Host",
    "HubState",
    "HubSubscription",
    "Label",
    "Notice",
    "NoticeState",
    "Outcome",
    "OutletChange",
    "Passage",
    "PublisherKind",
    "ReportState",
    "Role",
    "RoutingRule",
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
    "Urgency",
    "User",
    "UserRole",
    "Validators",
    "WeightsChange",
    "WeightsInUse",
    "fold",
    "nfc",
    "open_engine",
    "open_sessions",
    "pack_text",
    "parse_address",
    "unpack_text",
    "wording",
    "writing",
]
