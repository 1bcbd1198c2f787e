"""Assessments to decisions to deliveries.

    assessment ─▶ queue ─▶ holding ─▶ decisions ─▶ briefs ─▶ review ─▶ publication ─▶ events ─▶ webhooks
                    ▲ grouping         undermining ─▶▲ drafting           subscriptions ─┘  ▲ replays  └▶ sender

Readers report errors in what was published (`reports`); somebody who did not write it decides.

Pure, without I/O: `lifecycle` (which act leads where), `permissions` (who may do it), `priority`, `subjects`,
`routing`, `approval` (what a brief lacks, who may approve it), `signing`, `retry`.

Acting functions take a session and never commit: an act, its entry in the `audit` log, its event and its
deliveries are one transaction, begun with `models.writing`; every change of state is a compare-and-set
(`transitions`). Stage functions take the session factory, work on the rows that are due and may be killed at
any point: `raise_due`, `free_lapsed`, `reweigh_open`, `publish_due` (`scheduling`), `deliver_due`.

An assessment alone never makes an event. Every event stands behind a person's decision or approval.
"""

from alerts.approval import BlockDraft, Problem, ProblemKind
from alerts.audit import ChainReport, export_entries, record, take_turn, verify_chain
from alerts.briefs import (
    CitedBlock,
    CitedSource,
    check_ready,
    draft_version,
    newest_version,
    open_brief,
    published_version,
    read_blocks,
    write_version,
)
from alerts.comments import comment_on
from alerts.decisions import close_alert, decide_alert, reopen_alert, undo_decision
from alerts.drafting import Quoter
from alerts.errors import AlertsError, Conflict, Invalid, NotAllowed, NotFound, NotReady
from alerts.events import record_event
from alerts.grouping import split_alert
from alerts.holding import LEASE, extend_hold, free_lapsed, hold_alert, is_held, release_alert, standing
from alerts.lifecycle import AlertAct, Refusal, needs_note, next_state
from alerts.permissions import Act, may, require
from alerts.priority import Sightings, Weights, weigh
from alerts.publication import correct_brief, publish_brief, withdraw_brief
from alerts.queue import Raised, raise_by_hand, raise_due, reweigh_open
from alerts.replays import replay_delivery, replay_missed
from alerts.reports import acknowledge_report, decide_report, file_report
from alerts.review import approve_version, recall_approval, refuse_version, submit_brief
from alerts.routing import Route, RoutingRule, route
from alerts.scheduling import Released, cancel_publication, publish_due, schedule_publication
from alerts.sender import Answer, HttpSender, Sender
from alerts.subjects import Subject, SubjectLabel, label_subject
from alerts.subscriptions import (
    NewSecret,
    change_subscription,
    create_subscription,
    disable_subscription,
    pause_subscription,
    resume_subscription,
    rotate_secret,
    send_test,
)
from alerts.webhooks import Delivered, deliver_due

__all__ = [
    "LEASE",
    "Act",
    "AlertAct",
    "AlertsError",
    "Answer",
    "BlockDraft",
    "ChainReport",
    "CitedBlock",
    "CitedSource",
    "Conflict",
    "Delivered",
    "HttpSender",
    "Invalid",
    "NewSecret",
    "NotAllowed",
    "NotFound",
    "NotReady",
    "Problem",
    "ProblemKind",
    "Quoter",
    "Raised",
    "Refusal",
    "Released",
    "Route",
    "RoutingRule",
    "Sender",
    "Sightings",
    "Subject",
    "SubjectLabel",
    "Weights",
    "acknowledge_report",
    "approve_version",
    "cancel_publication",
    "change_subscription",
    "check_ready",
    "close_alert",
    "comment_on",
    "correct_brief",
    "create_subscription",
    "decide_alert",
    "decide_report",
    "deliver_due",
    "disable_subscription",
    "draft_version",
    "export_entries",
    "extend_hold",
    "file_report",
    "free_lapsed",
    "hold_alert",
    "is_held",
    "label_subject",
    "may",
    "needs_note",
    "newest_version",
    "next_state",
    "open_brief",
    "pause_subscription",
    "publish_brief",
    "publish_due",
    "published_version",
    "raise_by_hand",
    "raise_due",
    "read_blocks",
    "recall_approval",
    "record",
    "record_event",
    "refuse_version",
    "release_alert",
    "reopen_alert",
    "replay_delivery",
    "replay_missed",
    "require",
    "resume_subscription",
    "reweigh_open",
    "rotate_secret",
    "route",
    "schedule_publication",
    "send_test",
    "split_alert",
    "standing",
    "submit_brief",
    "take_turn",
    "undo_decision",
    "verify_chain",
    "weigh",
    "withdraw_brief",
    "write_version",
]
