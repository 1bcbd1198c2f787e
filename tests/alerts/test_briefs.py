"""Briefs: cited blocks, two people, publication, correction, withdrawal."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.fernet import MultiFernet
from sqlalchemy import func, select, update

from alerts import (
    BlockDraft,
    Conflict,
    Invalid,
    NotAllowed,
    NotReady,
    approve_version,
    change_subscription,
    close_alert,
    correct_brief,
    create_subscription,
    disable_subscription,
    draft_version,
    open_brief,
    pause_subscription,
    publish_brief,
    raise_by_hand,
    read_blocks,
    recall_approval,
    record_event,
    refuse_version,
    resume_subscription,
    submit_brief,
    verify_chain,
    withdraw_brief,
    write_version,
)
from alerts.briefs import newest_version
from alerts.challenges import accept_answer
from alerts.drafting import Quotation
from models import (
    Alert,
    AssessmentPassage,
    AuditEntry,
    BlockKind,
    Brief,
    BriefBlock,
    BriefVersion,
    ChangeGrade,
    Delivery,
    DeliveryState,
    Event,
    EventType,
    PublisherKind,
    Sessions,
    Subscription,
    User,
    writing,
)
from tests.alerts.office import CLAIM, NOON, OTHER_RECORD, RECORD, Office

BARE = BlockDraft(kind=BlockKind.FACT, text="Trust us on this.")


def alert_state(sessions: Sessions, brief: Brief) -> str:
    with sessions() as session:
        return session.get_one(Alert, brief.alert_id).state


def newest(sessions: Sessions, brief: Brief) -> Brief:
    with sessions() as session:
        return session.get_one(Brief, brief.id)


def events(sessions: Sessions) -> list[dict[str, Any]]:
    with sessions() as session:
        return [json.loads(body) for body in session.scalars(select(Event.body).order_by(Event.id))]


def correct(
    office: Office,
    brief: Brief,
    grade: ChangeGrade = ChangeGrade.CORRECTION,
    note: str = "39.4, not 39.5",
    blocks: Sequence[BlockDraft] = (),
) -> int:
    with writing(office.sessions) as session:
        current = session.get_one(Brief, brief.id)
        return correct_brief(
            session,
            brief.id,
            language="vi",
            grade=grade,
            change_note=note,
            title="Xuất khẩu tháng 10",
            blocks=blocks or office.blocks(),
            actor=office.officer,
            version=current.version,
            now=NOON,
        ).id


def propose_withdrawal(office: Office, brief: Brief, reason: str = "the table was revised") -> int:
    with writing(office.sessions) as session:
        current = session.get_one(Brief, brief.id)
        return withdraw_brief(
            session, brief.id, reason=reason, actor=office.officer, version=current.version, now=NOON
        ).id


def test_the_alert_follows_its_brief_to_the_end(office: Office, sessions: Sessions) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    seen = [alert_state(sessions, brief)]
    version_id = office.write(brief)
    office.submit(brief)
    seen.append(alert_state(sessions, brief))
    office.approve(version_id)
    published = office.publish(brief)
    seen.append(alert_state(sessions, brief))
    assert seen == ["drafting", "in_review", "published"]
    assert (published.state, published.published_at) == ("published", NOON)
    with writing(sessions) as session:
        alert = session.get_one(Alert, brief.alert_id)
        close_alert(session, alert.id, actor=office.analyst, version=alert.version, now=NOON)
    assert alert_state(sessions, brief) == "closed"
    with sessions() as session:
        acts = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
        assert verify_chain(session).ok
    assert acts == [
        "alert.raised",
        "alert.held",
        "alert.decided",
        "brief.opened",
        "alert.announced",
        "brief.written",
        "brief.submitted",
        "brief.approved",
        "brief.published",
        "alert.closed",
    ]


@pytest.mark.parametrize(
    ("person", "refusal"),
    [
        pytest.param("officer", "may not approve", id="its author, who has not the role"),
        pytest.param("analyst", "may not approve", id="an analyst"),
        pytest.param("editor", "may not approve", id="an editor"),
        pytest.param("approver", None, id="an approver who had no part in it"),
        pytest.param("chief", None, id="the chief who had no part in it"),
    ],
)
def test_a_second_person_with_the_role_approves(
    office: Office, sessions: Sessions, person: str, refusal: str | None
) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    version_id = office.write(brief)
    office.submit(brief)
    if refusal is None:
        office.approve(version_id, by=person)
        with sessions() as session:
            assert session.get_one(BriefVersion, version_id).approved_by_id == office.people[person].id
        return
    with pytest.raises(NotAllowed, match=refusal):
        office.approve(version_id, by=person)


def test_whoever_wrote_or_submitted_cannot_approve_even_with_the_role(
    office: Office, sessions: Sessions
) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    with writing(sessions) as session:
        first = write_version(
            session,
            brief.id,
            language="vi",
            title="Bản của người duyệt",
            blocks=office.blocks(),
            actor=office.approver,
            version=brief.version,
            now=NOON,
        )
    version_id = office.write(brief)
    with writing(sessions) as session:
        current = session.get_one(Brief, brief.id)
        submit_brief(session, brief.id, language="vi", actor=office.chief, version=current.version, now=NOON)
    assert first.number == 1
    with pytest.raises(NotAllowed, match="wrote on a text"):
        office.approve(version_id, by="approver")
    with pytest.raises(NotAllowed, match="submitted a text"):
        office.approve(version_id, by="chief")
    office.approve(version_id, by="second_approver")


def test_a_block_without_source_stops_the_approval_and_is_named(office: Office, sessions: Sessions) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    version_id = office.write(brief, blocks=[office.blocks()[0], BARE])
    office.submit(brief)
    with pytest.raises(NotReady) as not_ready:
        office.approve(version_id)
    assert [problem.position for problem in not_ready.value.problems] == [2]
    assert "Trust us" in str(not_ready.value)
    mended = office.write(brief, blocks=[office.blocks()[0], replace(BARE, is_statement=True)])
    assert newest(sessions, brief).state == "draft"
    assert alert_state(sessions, brief) == "drafting"
    office.submit(brief)
    office.approve(mended)


def test_only_the_newest_text_in_review_is_approved_and_only_once(office: Office, sessions: Sessions) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    old = office.write(brief)
    with pytest.raises(Conflict, match="has not been submitted"):
        office.approve(old)
    office.submit(brief)
    new = office.write(brief)
    with pytest.raises(Conflict, match="not the newest"):
        office.approve(old)
    office.submit(brief)
    office.approve(new)
    with pytest.raises(Conflict, match="approved already"):
        office.approve(new, by="second_approver")


def test_what_nobody_approved_is_not_published(office: Office, sessions: Sessions) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    approved = office.write(brief)
    with pytest.raises(Conflict, match="has not been approved"):
        office.publish(brief)
    office.submit(brief)
    with pytest.raises(Conflict, match="has not been approved"):
        office.publish(brief)
    office.approve(approved)
    office.write(brief, title="Changed after the approval")
    with pytest.raises(Conflict, match="has not been approved"):
        office.publish(brief)
    assert [event["type"] for event in events(sessions)] == ["alert.confirmed"]


def test_a_refused_text_goes_back_with_the_reason(office: Office, sessions: Sessions) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    version_id = office.write(brief)
    current = office.submit(brief)
    with pytest.raises(Invalid, match="reason"), writing(sessions) as session:
        refuse_version(
            session, version_id, reason="", actor=office.approver, version=current.version, now=NOON
        )
    with writing(sessions) as session:
        refuse_version(
            session,
            version_id,
            reason="cite the customs table",
            actor=office.approver,
            version=current.version,
            now=NOON,
        )
    assert newest(sessions, brief).state == "draft"
    assert alert_state(sessions, brief) == "drafting"
    office.submit(brief)
    office.approve(version_id)


def test_an_approval_may_be_taken_back_before_publication(office: Office, sessions: Sessions) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    version_id = office.write(brief)
    office.submit(brief)
    current = office.approve(version_id)
    with writing(sessions) as session:
        recall_approval(
            session,
            version_id,
            reason="new figures today",
            actor=office.approver,
            version=current.version,
            now=NOON,
        )
    with pytest.raises(Conflict, match="has not been approved"):
        office.publish(brief)


def stale_write(office: Office, brief: Brief, version_id: int) -> None:
    with writing(office.sessions) as session:
        write_version(
            session,
            brief.id,
            language="vi",
            title="x",
            blocks=[],
            actor=office.officer,
            version=brief.version,
            now=NOON,
        )


def stale_approval(office: Office, brief: Brief, version_id: int) -> None:
    with writing(office.sessions) as session:
        approve_version(session, version_id, actor=office.approver, version=brief.version, now=NOON)


def stale_submission(office: Office, brief: Brief, version_id: int) -> None:
    with writing(office.sessions) as session:
        submit_brief(session, brief.id, language="en", actor=office.officer, version=brief.version, now=NOON)


@pytest.mark.parametrize("act", [stale_write, stale_approval, stale_submission])
def test_an_act_on_a_stale_page_changes_nothing(
    office: Office, sessions: Sessions, act: Callable[[Office, Brief, int], None]
) -> None:
    stale = office.open(office.respond(office.raise_alert()))
    office.write(stale, language="en")
    version_id = office.write(stale)
    before = office.submit(stale)
    with pytest.raises(Conflict, match="somebody was quicker") as conflict:
        act(office, stale, version_id)
    assert isinstance(conflict.value.current, Brief)
    assert conflict.value.current.version == before.version
    assert newest(sessions, stale).version == before.version


def test_each_language_is_approved_and_published_on_its_own(office: Office, sessions: Sessions) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    vietnamese = office.write(brief)
    office.write(brief, language="en", title="Exports in October")
    office.submit(brief)
    office.approve(vietnamese)
    office.publish(brief)
    with pytest.raises(Conflict, match="has not been approved"):
        office.publish(brief, "en")
    office.submit(brief, "en")
    with sessions() as session:
        english = session.scalars(select(BriefVersion).where(BriefVersion.language == "en")).one()
    office.approve(english.id)
    assert office.publish(brief, "en").state == "published"
    told = [(event["type"], event["data"].get("language")) for event in events(sessions)[1:]]
    assert told == [("brief.published", "vi"), ("brief.published", "en")]


def test_a_published_event_carries_every_block_with_its_sources(office: Office, sessions: Sessions) -> None:
    brief = office.published_brief()
    data = events(sessions)[-1]["data"]
    assert (data["brief"], data["state"], data["grade"]) == (brief.id, "published", "first")
    assert [block["kind"] for block in data["blocks"]] == ["fact", "claim", "difference", "fact"]
    assert data["blocks"][0]["sources"][0]["publisher"] == "Tổng cục Thống kê"
    assert data["blocks"][0]["sources"][0]["url"].startswith("https://")
    assert data["blocks"][1] == {
        "kind": "claim",
        "text": "49,5 tỷ USD",
        "office_statement": False,
        "sources": [],
    }


def test_the_claim_is_no_statement_of_the_office_whoever_marked_it_and_whenever(
    office: Office, sessions: Sessions
) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    marked = [replace(block, is_statement=True, passage_ids=()) for block in office.blocks()[:2]]
    version_id = office.write(brief, blocks=marked)
    with writing(sessions) as session:
        # As it was stored when a claim still could be marked.
        session.add(
            BriefBlock(
                version_id=version_id, position=3, kind=BlockKind.CLAIM, text="49,5 tỷ USD", is_statement=True
            )
        )
    with sessions() as session:
        read = [(block.kind.value, block.is_statement) for block in read_blocks(session, version_id)]
    assert read == [("fact", True), ("claim", False), ("claim", False)]


@pytest.mark.parametrize(
    ("grade", "event", "state"),
    [
        (ChangeGrade.TYPO, "brief.updated", "published"),
        (ChangeGrade.CLARIFICATION, "brief.updated", "published"),
        (ChangeGrade.CORRECTION, "brief.corrected", "corrected"),
    ],
)
def test_a_later_version_is_graded_takes_two_people_and_is_told(
    office: Office, sessions: Sessions, grade: ChangeGrade, event: str, state: str
) -> None:
    brief = office.published_brief()
    version_id = correct(office, brief, grade)
    with pytest.raises(Conflict, match="has not been approved"):
        office.publish(brief)
    office.submit(brief)
    office.approve(version_id)
    assert office.publish(brief).state == state
    assert alert_state(sessions, brief) == state
    told = events(sessions)[-1]
    assert (told["type"], told["data"]["change_note"], told["data"]["version"]) == (
        event,
        "39.4, not 39.5",
        2,
    )


def test_a_published_text_changes_only_by_a_graded_correction_with_a_note(
    office: Office, sessions: Sessions
) -> None:
    brief = office.published_brief()
    with pytest.raises(Conflict, match="correct it instead"):
        office.write(brief)
    with pytest.raises(Invalid, match="grade"):
        correct(office, brief, ChangeGrade.FIRST)
    with pytest.raises(Invalid, match="change_note"):
        correct(office, brief, note=" ")
    unpublished = office.open(office.respond(office.raise_alert(group="g2")))
    with pytest.raises(Conflict, match="only a published one is corrected"):
        correct(office, unpublished)


def test_a_closed_alert_learns_that_its_answer_was_corrected(office: Office, sessions: Sessions) -> None:
    brief = office.published_brief()
    for _ in range(2):
        with writing(sessions) as session:
            alert = session.get_one(Alert, brief.alert_id)
            close_alert(session, alert.id, actor=office.analyst, version=alert.version, now=NOON)
        version_id = correct(office, brief)
        office.submit(brief)
        office.approve(version_id)
        office.publish(brief)
        assert alert_state(sessions, brief) == "corrected"


def test_a_withdrawal_takes_two_people_and_gives_its_reason(office: Office, sessions: Sessions) -> None:
    brief = office.published_brief()
    proposal = propose_withdrawal(office, brief)
    assert newest(sessions, brief).state == "published"
    with pytest.raises(Conflict, match="has not been approved"):
        office.publish(brief)
    with pytest.raises(NotAllowed):
        office.approve(proposal, by="officer")
    office.approve(proposal)
    assert office.publish(brief).state == "withdrawn"
    assert alert_state(sessions, brief) == "withdrawn"
    told = events(sessions)[-1]
    assert (told["type"], told["data"]["change_note"]) == ("brief.withdrawn", "the table was revised")
    assert told["data"]["languages"] == ["vi"]
    with pytest.raises(Conflict, match="withdrawn"):
        correct(office, brief)
    with pytest.raises(Conflict, match="withdrawn"):
        propose_withdrawal(office, brief)


def test_while_a_withdrawal_waits_nothing_takes_its_place_and_nothing_else_goes_out(
    office: Office, sessions: Sessions
) -> None:
    brief = office.published_brief()
    english = office.write(brief, language="en")
    office.submit(brief, "en")
    office.approve(english)
    proposal = propose_withdrawal(office, brief)
    waits = f"it is proposed to withdraw brief {brief.id}"
    with pytest.raises(Conflict, match=waits):
        correct(office, brief)
    with pytest.raises(Conflict, match=waits):
        office.write(brief, language="en")
    with pytest.raises(Conflict, match=waits):
        propose_withdrawal(office, brief, "once more")
    with pytest.raises(Conflict, match=waits):
        office.publish(brief, "en")
    with writing(sessions) as session:
        refuse_version(
            session,
            proposal,
            reason="the table stands",
            actor=office.chief,
            version=session.get_one(Brief, brief.id).version,
            now=NOON,
        )
    assert office.publish(brief, "en").state == "published"
    assert correct(office, brief) != proposal


def test_a_refused_withdrawal_is_history_and_another_can_be_proposed(
    office: Office, sessions: Sessions
) -> None:
    brief = office.published_brief()
    refused = propose_withdrawal(office, brief)
    with writing(sessions) as session:
        refuse_version(
            session,
            refused,
            reason="the table stands",
            actor=office.approver,
            version=newest(sessions, brief).version,
            now=NOON,
        )
    with sessions() as session:
        standing = newest_version(session, brief.id, "vi")
        assert standing is not None
        assert standing.published_at is not None
    with pytest.raises(Conflict, match="submitted already"):
        office.submit(brief)
    with pytest.raises(Conflict, match="not the newest"):
        office.approve(refused)
    office.approve(propose_withdrawal(office, brief, "the series was discontinued"))
    assert office.publish(brief).state == "withdrawn"


def test_whoever_was_told_of_a_brief_hears_of_its_withdrawal_whatever_the_filters(
    office: Office, sessions: Sessions, cipher: MultiFernet
) -> None:
    def subscribe(*event_types: str) -> int:
        with writing(sessions) as session:
            made = create_subscription(
                session,
                actor=office.editor,
                url="https://paper.example/hook",
                cipher=cipher,
                now=NOON,
                event_types=event_types,
            )
            return made.subscription.id

    reader = subscribe("brief.published")
    brief = office.published_brief()
    uninterested = subscribe("alert.confirmed")
    proposal = propose_withdrawal(office, brief)
    office.approve(proposal)
    office.publish(brief)
    with sessions() as session:
        told = session.execute(
            select(Delivery.subscription_id, Event.type)
            .join(Event, Event.id == Delivery.event_id)
            .order_by(Delivery.id)
        ).all()
    assert [tuple(row) for row in told] == [(reader, "brief.published"), (reader, "brief.withdrawn")]
    assert uninterested not in {subscription for subscription, _ in told}


def told_of(sessions: Sessions, subscription: int, *states: DeliveryState) -> list[str]:
    with sessions() as session:
        return [
            str(kind)
            for kind in session.scalars(
                select(Event.type)
                .join(Delivery, Delivery.event_id == Event.id)
                .where(Delivery.subscription_id == subscription, Delivery.state.in_(states))
                .order_by(Event.id)
            )
        ]


@pytest.mark.parametrize("way", ["paused", "switched off", "moved"])
def test_whoever_was_not_told_meanwhile_hears_what_became_of_what_they_have_and_of_nothing_else(
    office: Office, sessions: Sessions, cipher: MultiFernet, way: str
) -> None:
    with writing(sessions) as session:
        reader = create_subscription(
            session, actor=office.editor, url="https://paper.example/hook", cipher=cipher, now=NOON
        ).subscription
    brief = office.published_brief()
    with writing(sessions) as session:
        for delivery in session.scalars(select(Delivery)):
            delivery.state, delivery.next_attempt_at = DeliveryState.DELIVERED, None
        common: dict[str, Any] = {"actor": office.editor, "now": NOON}
        if way == "paused":
            pause_subscription(session, reader.id, version=1, **common)
        elif way == "switched off":
            disable_subscription(session, reader.id, reason="410", **common)
        else:
            change_subscription(session, reader.id, version=1, url="https://paper.example/new", **common)
    correction = correct(office, brief)
    office.submit(brief)
    office.approve(correction)
    office.publish(brief)
    office.approve(propose_withdrawal(office, brief))
    office.publish(brief)
    with writing(sessions) as session:
        record_event(session, EventType.BRIEF_PUBLISHED, {"title": "another"}, now=NOON)
    waiting = DeliveryState.PENDING
    assert told_of(sessions, reader.id, waiting) == (["subscription.challenge"] if way == "moved" else [])
    with writing(sessions) as session:
        row = session.get_one(Subscription, reader.id)
        if way == "moved":
            assert accept_answer(session, row.id, challenge=row.challenge or "", now=NOON)
        else:
            resume_subscription(session, row.id, actor=office.editor, version=row.version, now=NOON)
    told = [one for one in told_of(sessions, reader.id, waiting) if one.startswith("brief")]
    assert told == ["brief.corrected", "brief.withdrawn"]


def test_an_account_that_is_switched_off_is_told_of_nothing_new_but_of_what_became_of_what_it_has(
    office: Office, sessions: Sessions, cipher: MultiFernet
) -> None:
    with writing(sessions) as session:
        reader = create_subscription(
            session, actor=office.editor, url="https://paper.example/hook", cipher=cipher, now=NOON
        ).subscription
    brief = office.published_brief()
    with writing(sessions) as session:
        session.get_one(User, office.editor.id).is_active = False
    office.approve(propose_withdrawal(office, brief))
    office.publish(brief)
    with writing(sessions) as session:
        record_event(session, EventType.BRIEF_PUBLISHED, {"title": "another"}, now=NOON)
    told = told_of(sessions, reader.id, *DeliveryState)
    assert told == ["alert.confirmed", "brief.published", "brief.withdrawn"]


def test_an_alert_has_one_brief(office: Office, sessions: Sessions) -> None:
    alert = office.respond(office.raise_alert())
    brief = office.open(alert)
    with pytest.raises(Conflict, match="is answered by brief") as conflict:
        office.open(alert)
    assert isinstance(conflict.value.current, Brief)
    assert conflict.value.current.id == brief.id


def test_an_undecided_alert_gets_no_brief(office: Office, sessions: Sessions) -> None:
    alert = office.raise_alert()
    with pytest.raises(Conflict, match="only one decided as respond"):
        office.open(alert)


def test_a_fact_sheet_answers_a_subject(office: Office, sessions: Sessions) -> None:
    with writing(sessions) as session:
        brief = open_brief(session, actor=office.officer, now=NOON, subject="health")
    version_id = office.write(brief)
    office.submit(brief)
    office.approve(version_id)
    assert office.publish(brief).state == "published"
    with pytest.raises(Invalid, match="subject"), writing(sessions) as session:
        open_brief(session, actor=office.officer, now=NOON)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"language": "fr"}, "language", id="another language"),
        pytest.param({"title": "a\0b"}, "title", id="NUL"),
        pytest.param(
            {"blocks": [BlockDraft(kind=BlockKind.FACT, text="x", passage_ids=(999,))]},
            "passage_ids",
            id="a passage that is not there",
        ),
    ],
)
def test_a_text_that_cannot_be_stored_is_refused(
    office: Office, sessions: Sessions, changes: dict[str, Any], field: str
) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    with pytest.raises(Invalid) as invalid:
        office.write(brief, **changes)
    assert invalid.value.field == field


def test_what_appeared_before_seven_in_the_morning_is_dated_by_that_morning() -> None:
    early = Quotation(text="Gạo", publisher="Báo A", published_at=datetime(2026, 11, 24, 23, tzinfo=UTC))
    assert early.attribute("vi") == "“Gạo” — Báo A, 25/11/2026"
    assert early.attribute("en") == "“Gạo” — Báo A, 25 November 2026"


def test_the_first_draft_is_quotations_in_the_order_of_an_answer(office: Office, sessions: Sessions) -> None:
    start = CLAIM.index("49,5")
    passage_start = RECORD.index("39,5")
    differences = [
        {"kind": "number", "claim": [start, start + 4], "passage": [passage_start, passage_start + 4]},
        {"kind": "word", "claim": None, "passage": [0, 3]},
    ]
    brief = office.open(office.respond(office.raise_alert(differences=differences)))
    with writing(sessions) as session:
        version = draft_version(
            session, brief.id, language="vi", actor=office.officer, version=brief.version, now=NOON
        )
    with sessions() as session:
        blocks = read_blocks(session, version.id)
        title = session.get_one(BriefVersion, version.id).title
    first, second = office.passages
    assert [(block.kind.value, block.text) for block in blocks] == [
        ("fact", f"“{RECORD}” — Tổng cục Thống kê, 18/11/2026"),
        ("claim", f"“{CLAIM}” — Báo A, 18/11/2026"),
        ("difference", "Bài báo: “49,5 tỷ USD” – tư liệu: “39,5 tỷ USD”"),
        ("fact", f"“{OTHER_RECORD}” — World Trade Figures, 18/11/2026"),
    ]
    assert [[source.passage.id for source in block.sources] for block in blocks] == [
        [first.id],
        [],
        [first.id],
        [second.id],
    ]
    assert CLAIM not in title
    office.submit(brief)
    office.approve(version.id)


def test_a_draft_says_its_fact_once_where_nothing_else_is_as_near(office: Office, sessions: Sessions) -> None:
    alert = office.raise_alert()
    with writing(sessions) as session:
        session.execute(update(AssessmentPassage).where(AssessmentPassage.rank > 1).values(score=0.55))
    brief = office.open(office.respond(alert))
    with writing(sessions) as session:
        version = draft_version(
            session, brief.id, language="vi", actor=office.officer, version=brief.version, now=NOON
        )
    with sessions() as session:
        blocks = read_blocks(session, version.id)
    leading = office.passages[0].id
    assert [[source.passage.id for source in block.sources] for block in blocks] == [[leading], []]


def test_a_draft_says_nothing_but_what_was_published(office: Office, sessions: Sessions) -> None:
    def first_words(claim: str, passage: str, places: Sequence[tuple[int, int]]) -> str:
        del claim, places
        return passage.split(",")[0]

    brief = office.open(office.respond(office.raise_alert()))
    with writing(sessions) as session:
        version = draft_version(
            session,
            brief.id,
            language="vi",
            actor=office.officer,
            version=brief.version,
            now=NOON,
            passage_ids=[office.passages[1].id, office.passages[0].id],
            quote=first_words,
        )
    with sessions() as session:
        blocks = read_blocks(session, version.id)
    assert [[source.passage.id for source in block.sources] for block in blocks] == [
        [office.passages[1].id],
        [],
        [office.passages[0].id],
    ]
    published = (RECORD, OTHER_RECORD, CLAIM)
    for block in blocks:
        quoted, _, attribution = block.text.partition("” — ")
        assert any(quoted.removeprefix("“") in text for text in published)
        assert attribution.endswith(", 18/11/2026")


def test_passages_that_say_the_same_are_quoted_once_and_cited_both(
    office: Office, sessions: Sessions
) -> None:
    reprint = office.file_passage(f"{RECORD} Tăng so với tháng 9.", "Báo cáo", PublisherKind.INDEPENDENT)
    chosen = [office.passages[0].id, reprint.id]
    again = office.file_passage(RECORD, "Công báo", PublisherKind.OFFICIAL).id
    with writing(sessions) as session:
        sheet = open_brief(session, actor=office.officer, now=NOON, subject="economy_and_statistics")
        version = draft_version(
            session,
            sheet.id,
            language="en",
            actor=office.officer,
            version=1,
            now=NOON,
            passage_ids=[*chosen, again],
        )
        blocks = read_blocks(session, version.id)
    assert [(block.text, [one.passage.id for one in block.sources]) for block in blocks] == [
        (f"“{RECORD}” — Tổng cục Thống kê, 18 November 2026", [chosen[0], again]),
        ("“Tăng so với tháng 9.” — Báo cáo, 18 November 2026", [reprint.id]),
    ]


def test_a_fact_sheet_is_drafted_from_the_passages_somebody_chose(office: Office, sessions: Sessions) -> None:
    with writing(sessions) as session:
        brief = open_brief(session, actor=office.officer, now=NOON, subject="economy_and_statistics")
    draft: dict[str, Any] = {"language": "en", "actor": office.officer, "version": 1, "now": NOON}
    with pytest.raises(Invalid, match="name the passages"), writing(sessions) as session:
        draft_version(session, brief.id, **draft)
    with pytest.raises(Invalid, match="there is no passage 999"), writing(sessions) as session:
        draft_version(session, brief.id, passage_ids=[999], **draft)
    with writing(sessions) as session:
        chosen = [passage.id for passage in reversed(office.passages)]
        version = draft_version(session, brief.id, passage_ids=chosen, **draft)
    with sessions() as session:
        blocks = read_blocks(session, version.id)
    assert {block.kind for block in blocks} == {BlockKind.FACT}
    assert [block.sources[0].passage.id for block in blocks] == chosen
    office.submit(brief, "en")
    office.approve(version.id)


def test_nothing_is_drafted_for_a_claim_without_evidence(office: Office, sessions: Sessions) -> None:
    office.passages = []
    claim_id = office.assess(alert_worthy=False).claim_id
    with writing(sessions) as session:
        alert = raise_by_hand(session, claim_id, actor=office.analyst, note="called in", now=NOON)
    brief = office.open(office.respond(alert))
    with pytest.raises(Invalid, match="no passage"), writing(sessions) as session:
        draft_version(session, brief.id, language="vi", actor=office.officer, version=brief.version, now=NOON)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(BriefVersion)) == 0


def test_the_permalink_travels_with_the_event(office: Office, sessions: Sessions) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    version_id = office.write(brief)
    office.submit(brief)
    current = office.approve(version_id)
    with writing(sessions) as session:
        publish_brief(
            session,
            brief.id,
            language="vi",
            actor=office.officer,
            version=current.version,
            now=NOON,
            url="https://office.example/briefs/1",
        )
    assert events(sessions)[-1]["data"]["url"] == "https://office.example/briefs/1"
