"""Groups that people mend: a repeat counts with what it repeats, and one alert can be split in two."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts import (
    LEASE,
    Conflict,
    Invalid,
    decide_alert,
    hold_alert,
    raise_due,
    reopen_alert,
    reweigh_open,
    split_alert,
    verify_chain,
)
from models import Alert, Claim, ClaimGroup, Outcome, OutletChange, Sessions, writing
from tests.alerts.office import NOON, Office


def reload(sessions: Sessions, alert: Alert) -> Alert:
    with sessions() as session:
        return session.get_one(Alert, alert.id)


def merge(office: Office, repeat: Alert, into: Alert) -> Alert:
    with writing(office.sessions) as session:
        held = hold_alert(session, repeat.id, actor=office.analyst, version=repeat.version, now=NOON)
        return decide_alert(
            session,
            repeat.id,
            actor=office.analyst,
            version=held.version,
            outcome=Outcome.DUPLICATE_OF,
            duplicate_of=into.id,
            now=NOON,
        )


def split(office: Office, alert: Alert, *claim_ids: int, note: str = "another month") -> Alert:
    with writing(office.sessions) as session:
        return split_alert(
            session,
            alert.id,
            claim_ids=claim_ids,
            actor=office.analyst,
            version=alert.version,
            note=note,
            now=NOON,
        )


def test_a_repeats_outlets_count_with_the_alert_it_repeats_until_it_is_reopened(
    office: Office, sessions: Sessions
) -> None:
    leading = office.raise_alert(group="vi", outlet="Báo A")
    repeat = office.raise_alert(group="en", outlet="Paper B", text="Exports were 49.5 billion dollars.")
    alone = leading.priority_parts["outlets"]
    closed = merge(office, repeat, leading)
    reweigh_open(sessions, now=NOON)
    assert reload(sessions, leading).priority_parts["outlets"] > alone
    office.assess(group="en", outlet="Paper C", text="Exports were 49.5 billion dollars.")
    joined = raise_due(sessions, now=NOON)
    assert (joined.raised, joined.joined) == (0, 1)
    with_three = reload(sessions, leading).priority_parts["outlets"]
    with writing(sessions) as session:
        reopen_alert(
            session, closed.id, actor=office.chief, version=closed.version, now=NOON, note="not the same"
        )
    reweigh_open(sessions, now=NOON)
    assert reload(sessions, leading).priority_parts["outlets"] == alone < with_three


def test_a_repeat_of_a_repeat_counts_with_the_first(office: Office, sessions: Sessions) -> None:
    first = office.raise_alert(group="a", outlet="Báo A")
    second = office.raise_alert(group="b", outlet="Báo B")
    third = office.raise_alert(group="c", outlet="Báo C")
    merge(office, third, second)
    merge(office, second, first)
    reweigh_open(sessions, now=NOON)
    merged = reload(sessions, first).priority_parts["outlets"]
    three_outlets = office.raise_alert(group="d", outlet="Báo D")
    for outlet in ("Báo E", "Báo F"):
        office.assess(group="d", outlet=outlet)
    raise_due(sessions, now=NOON)
    assert merged == reload(sessions, three_outlets).priority_parts["outlets"]
    office.assess(group="c", outlet="Báo G")
    assert raise_due(sessions, now=NOON).joined == 1
    assert reload(sessions, first).priority_parts["outlets"] > merged


def test_one_alert_is_split_in_two_and_the_log_says_why(office: Office, sessions: Sessions) -> None:
    earlier = office.assess(outlet="Báo A", at=NOON - timedelta(hours=2))
    later = office.assess(outlet="Báo B", text="Kim ngạch tháng 9 đạt 49,5 tỷ USD.")
    raise_due(sessions, now=NOON)
    with sessions() as session:
        alert = session.scalars(select(Alert)).one()
    new = split(office, alert, later.claim_id)
    old = reload(sessions, alert)
    assert (old.assessment_id, old.version) == (earlier.id, alert.version + 1)
    assert (new.assessment_id, new.state, new.raised_by_id) == (later.id, "new", office.analyst.id)
    with sessions() as session:
        group = session.get_one(ClaimGroup, new.group_id)
        claim = session.get_one(Claim, later.claim_id)
        assert verify_chain(session).ok
    assert (group.text, group.first_seen_at) == ("Kim ngạch tháng 9 đạt 49,5 tỷ USD.", NOON)
    assert (claim.group_id, claim.group_reason) == (group.id, "split by hand")
    with pytest.raises(Conflict, match="somebody was quicker"):
        split(office, alert, earlier.claim_id)


def test_what_somebody_else_holds_is_not_split_under_their_hands(office: Office, sessions: Sessions) -> None:
    office.assess(outlet="Báo A", at=NOON - timedelta(hours=2))
    later = office.assess(outlet="Báo B", text="Kim ngạch tháng 9 đạt 49,5 tỷ USD.")
    raise_due(sessions, now=NOON)
    with writing(sessions) as session:
        alert = session.scalars(select(Alert)).one()
        held = hold_alert(session, alert.id, actor=office.second_analyst, version=alert.version, now=NOON)
    with pytest.raises(Conflict, match="held by somebody else"):
        split(office, held, later.claim_id)
    with writing(sessions) as session:
        hold_alert(
            session,
            alert.id,
            actor=office.analyst,
            version=held.version,
            now=NOON + LEASE + timedelta(minutes=1),
        )
    assert split(office, reload(sessions, alert), later.claim_id).state == "new"


def test_an_alert_whose_own_words_are_split_off_says_what_its_other_claims_say(
    office: Office, sessions: Sessions
) -> None:
    lead = office.assess(outlet="Báo A", at=NOON - timedelta(hours=2))
    office.assess(outlet="Báo B", text="Tháng 10, kim ngạch xuất khẩu đạt 49,5 tỷ USD.")
    raise_due(sessions, now=NOON)
    with sessions() as session:
        alert = session.scalars(select(Alert)).one()
    split(office, alert, lead.claim_id)
    with sessions() as session:
        group = session.get_one(ClaimGroup, alert.group_id)
    assert group.text == "Tháng 10, kim ngạch xuất khẩu đạt 49,5 tỷ USD."


def test_both_alerts_tell_the_times_of_what_a_split_left_in_them(office: Office, sessions: Sessions) -> None:
    earlier = office.assess(outlet="Báo A", at=NOON - timedelta(days=20))
    office.assess(outlet="Báo B", at=NOON - timedelta(hours=1))
    office.assess(outlet="Báo C")
    raise_due(sessions, now=NOON)
    with sessions() as session:
        alert = session.scalars(select(Alert)).one()
    new = split(office, alert, earlier.claim_id)
    with sessions() as session:
        left, gone = (session.get_one(ClaimGroup, one.group_id) for one in (alert, new))
    assert (left.first_seen_at, left.last_seen_at) == (NOON - timedelta(hours=1), NOON)
    assert gone.first_seen_at == gone.last_seen_at == NOON - timedelta(days=20)
    old = reload(sessions, alert)
    assert old.priority_parts["age"] > new.priority_parts["age"] == 0


def test_what_outlets_changed_goes_along_with_the_claims_that_are_split_off(
    office: Office, sessions: Sessions
) -> None:
    stays, goes = (office.assess(outlet=outlet).claim_id for outlet in ("Báo A", "Báo B"))
    raise_due(sessions, now=NOON)
    noted = {stays: NOON, goes: NOON + timedelta(hours=1)}
    with writing(sessions) as session:
        alert = session.scalars(select(Alert)).one()
        alert.outlet_changed_at = noted[goes]
        for claim_id, at in noted.items():
            session.add(
                OutletChange(
                    alert_id=alert.id, claim_id=claim_id, version=2, changed_at=at, noted_at=at, before="x"
                )
            )
    new = split(office, alert, goes)
    with sessions() as session:
        changes = dict(session.execute(select(OutletChange.claim_id, OutletChange.alert_id)).all())
    assert changes == {stays: alert.id, goes: new.id}
    assert (reload(sessions, alert).outlet_changed_at, new.outlet_changed_at) == (noted[stays], noted[goes])


def test_a_split_stays_when_the_next_sightings_come(office: Office, sessions: Sessions) -> None:
    first = office.assess(outlet="Báo A")
    second = office.assess(outlet="Báo B")
    raise_due(sessions, now=NOON)
    with sessions() as session:
        alert = session.scalars(select(Alert)).one()
    split(office, alert, second.claim_id)
    office.assess(outlet="Báo C")
    assert raise_due(sessions, now=NOON).raised == 0
    with sessions() as session:
        assert (
            session.get_one(Claim, second.claim_id).group_id
            != session.get_one(Claim, first.claim_id).group_id
        )


def test_a_split_needs_claims_of_the_alert_a_rest_and_a_note(office: Office, sessions: Sessions) -> None:
    alert = office.raise_alert(outlet="Báo A")
    own = office.assess(outlet="Báo B").claim_id
    foreign = office.assess(group="other").claim_id
    with sessions() as session:
        everything = session.scalars(select(Claim.id).where(Claim.group_id == alert.group_id)).all()
    with pytest.raises(Invalid, match="must all be claims"):
        split(office, alert, own, foreign)
    with pytest.raises(Invalid, match="must all be claims"):
        split(office, alert)
    with pytest.raises(Invalid, match="at least one"):
        split(office, alert, *everything)
    with pytest.raises(Invalid, match="note"):
        split(office, alert, own, note=" ")
    answered = office.respond(alert)
    with pytest.raises(Conflict, match="only an undecided one"):
        split(office, answered, own)


def test_what_an_earlier_version_of_the_article_said_goes_along(office: Office, sessions: Sessions) -> None:
    alert = office.raise_alert(outlet="Báo A")
    earlier = office.assess(outlet="Báo B").claim_id
    later = office.say_again(earlier).id
    with pytest.raises(Invalid, match="at least one"):
        split(office, alert, later, *claims_of(sessions, alert) - {earlier, later})
    apart = split(office, alert, later)
    assert claims_of(sessions, apart) == {earlier, later}


def claims_of(sessions: Sessions, alert: Alert) -> set[int]:
    with sessions() as session:
        return set(session.scalars(select(Claim.id).where(Claim.group_id == alert.group_id)))
