"""Assessments to decisions to deliveries.

    assessment ─▶ queue ─▶ holding ─▶ decisions ─▶ briefs ─▶ review ─▶ publication ─▶ events ─▶ webhooks
                    ▲ grouping         undermining ─▶▲ drafting           subscriptions ─┘  ▲ replays  ├▶ ledger
                                                                                                       └▶ sender

Readers report errors in what was published (`reports`); somebody who did not write it decides. `disputes` is the
same for editors who subscribe, and `causes` what both led to. `notices` (by `mail` or into a `chat` room) say what
webhooks do not: who is to act, and whose endpoint was switched off.

Pure, without I/O: `lifecycle` (which act leads where), `permissions` (who may do it), `priority`, `subjects`,
`routing`, `approval` (what a brief lacks, who may approve it), `contrasts` (how what differs is put into words),
`addresses`, `filters` (what a subscriber is told), `signing`, `envelopes`, `retry`, `redaction`. An endpoint proves
itself by `challenges`.

Acting functions take a session and never commit: an act, its entry in the `audit` log, its event and its
deliveries are one transaction, begun with `models.writing`; every change of state is a compare-and-set
(`transitions`). Stage functions take the session factory, work on the rows that are due and may be killed at
any point: `raise_due`, `free_lapsed`, `wake_due`, `note_changes`, `escalate_due`, `look_again`, `forget_viewers`,
`reweigh_open`, `announce_due`, `publish_due` (`scheduling`), `deliver_due`, `send_notices`, `tell_late` (`disputes`,
`reports`), `note_outdated` (`outdated`: published briefs whose sources changed).

An assessment alone never makes an event. Every event stands behind a person's decision or approval.
"""

from alerts.announcements import UNDO_FOR, announce_due
from alerts.approval import BlockDraft, ProblemKind
from alerts.audit import export_entries, record, take_turn, verify_chain, verify_export
from alerts.briefs import change_subject, draft_version, open_brief, read_blocks, write_version
from alerts.bulk import BULK_OUTCOMES, MOST_AT_ONCE, BulkDone, Left, decide_many, find_obstacle, snooze_many
from alerts.challenges import challenge_again
from alerts.clocks import latest_clocks
from alerts.comments import comment_on
from alerts.corrections import SentenceChange, accept_correction, note_changes
from alerts.decisions import close_alert, decide_alert, find_undoable, reopen_alert, undo_decision
from alerts.duty import end_duty, put_on_duty, read_coverage, write_handover
from alerts.errors import AlertsError, Conflict, Invalid, NotAllowed, NotFound, NotReady
from alerts.escalation import escalate_due, look_again
from alerts.events import record_event
from alerts.gaps import count_search, find_gaps, week_of
from alerts.grouping import merge_alert, split_alert
from alerts.holding import LEASE, extend_hold, free_lapsed, hold_alert, release_alert, standing
from alerts.ledger import Delivered
from alerts.lifecycle import needs_note
from alerts.outdated import find_newly_outdated, note_outdated
from alerts.policy import STANDARD, Policy
from alerts.presence import find_viewers, forget_viewers, mark_present
from alerts.priority import Weights
from alerts.publication import correct_brief, publish_brief, withdraw_brief
from alerts.queue import Raised, raise_by_hand, raise_due, reweigh_open
from alerts.readiness import check_ready
from alerts.replays import may_send_now, replay_delivery, replay_range
from alerts.reports import acknowledge_report, decide_report, file_report
from alerts.rerouting import find_own_reroutes, is_undoable, last_reroute, reroute_alert, undo_reroute
from alerts.review import approve_version, recall_approval, refuse_version, submit_brief
from alerts.routing import Routable, read_rules, replace_rules, route
from alerts.scheduling import Released, cancel_publication, publish_due, schedule_publication
from alerts.sender import Answer, HttpSender, Sender
from alerts.sightings import count_sightings, find_repeats, list_outlets
from alerts.snoozing import LONGEST_SNOOZE, snooze_alert, wake_alert, wake_due
from alerts.subjects import Subject, label_subject
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
from alerts.urgency import Allowance
from alerts.webhooks import deliver_due
from alerts.working_days import clear_day, set_calendar, set_day_off

__all__ = [
    "BULK_OUTCOMES",
    "LEASE",
    "LONGEST_SNOOZE",
    "MOST_AT_ONCE",
    "STANDARD",
    "UNDO_FOR",
    "AlertsError",
    "Allowance",
    "Answer",
    "BlockDraft",
    "BulkDone",
    "Conflict",
    "Delivered",
    "HttpSender",
    "Invalid",
    "Left",
    "NewSecret",
    "NotAllowed",
    "NotFound",
    "NotReady",
    "Policy",
    "ProblemKind",
    "Raised",
    "Released",
    "Routable",
    "Sender",
    "SentenceChange",
    "Subject",
    "Weights",
    "accept_correction",
    "acknowledge_report",
    "announce_due",
    "approve_version",
    "cancel_publication",
    "challenge_again",
    "change_subject",
    "change_subscription",
    "check_ready",
    "clear_day",
    "close_alert",
    "comment_on",
    "correct_brief",
    "count_search",
    "count_sightings",
    "create_subscription",
    "decide_alert",
    "decide_many",
    "decide_report",
    "deliver_due",
    "disable_subscription",
    "draft_version",
    "end_duty",
    "escalate_due",
    "export_entries",
    "extend_hold",
    "file_report",
    "find_gaps",
    "find_newly_outdated",
    "find_obstacle",
    "find_own_reroutes",
    "find_repeats",
    "find_undoable",
    "find_viewers",
    "forget_viewers",
    "free_lapsed",
    "hold_alert",
    "is_undoable",
    "label_subject",
    "last_reroute",
    "latest_clocks",
    "list_outlets",
    "look_again",
    "mark_present",
    "may_send_now",
    "merge_alert",
    "needs_note",
    "note_changes",
    "note_outdated",
    "open_brief",
    "pause_subscription",
    "publish_brief",
    "publish_due",
    "put_on_duty",
    "raise_by_hand",
    "raise_due",
    "read_blocks",
    "read_coverage",
    "read_rules",
    "recall_approval",
    "record",
    "record_event",
    "refuse_version",
    "release_alert",
    "reopen_alert",
    "replace_rules",
    "replay_delivery",
    "replay_range",
    "reroute_alert",
    "resume_subscription",
    "reweigh_open",
    "rotate_secret",
    "route",
    "schedule_publication",
    "send_test",
    "set_calendar",
    "set_day_off",
    "snooze_alert",
    "snooze_many",
    "split_alert",
    "standing",
    "submit_brief",
    "take_turn",
    "undo_decision",
    "undo_reroute",
    "verify_chain",
    "verify_export",
    "wake_alert",
    "wake_due",
    "week_of",
    "withdraw_brief",
    "write_handover",
    "write_version",
]
