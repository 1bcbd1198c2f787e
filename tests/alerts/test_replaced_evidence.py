"""A text that cites what its source has replaced meanwhile is neither approved nor published before somebody has looked at it again."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from alerts import BlockDraft, NotReady
from alerts.approval import ProblemKind, find_replaced
from alerts.briefs import newest_version
from alerts.readiness import check_ready
from models import (
    Article,
    ArticleVersion,
    BlockKind,
    Brief,
    Notice,
    Passage,
    ScheduledPublication,
    Sessions,
    fold,
    pack_text,
    writing,
)
from tests.alerts.office import MINUTE, NOON, RECORD, Office
from tests.alerts.test_briefs import correct, propose_withdrawal
from tests.alerts.test_scheduling import EIGHT_IN_HANOI, release, schedule

REVISED = "Kim ngạch xuất khẩu tháng 10 đạt 39,8 tỷ USD, theo số liệu điều chỉnh."


@pytest.fixture
def brief(office: Office) -> Brief:
    return office.open(office.respond(office.raise_alert()))


def read_again(office: Office, *texts: str) -> list[int]:
    """The page of the office's first passage has another version with these passages; their ids."""
    with writing(office.sessions) as session:
        old = session.get_one(Passage, office.passages[0].id)
        article = session.get_one(Article, old.article_id)
        article.versions += 1
        version = ArticleVersion(
            article_id=article.id,
            number=article.versions,
            title=article.title,
            text_zstd=pack_text(" ".join(texts)),
            text_sha256=f"{'f' * 60}{article.versions:04x}",
            language="vi",
            fetched_at=NOON + MINUTE,
        )
        session.add(version)
        for passage in session.scalars(select(Passage).where(Passage.article_id == article.id)):
            passage.superseded_at = version.fetched_at
        session.flush()
        filed = [
            Passage(
                version_id=version.id,
                article_id=article.id,
                position=position,
                start=0,
                end=len(text),
                text=text,
                folded=fold(text),
                language="vi",
                publisher=old.publisher,
                publisher_kind=old.publisher_kind,
                filed_at=NOON + MINUTE,
            )
            for position, text in enumerate(texts)
        ]
        session.add_all(filed)
        session.flush()
        return [passage.id for passage in filed]


def replaced(sessions: Sessions, brief: Brief, language: str = "vi") -> list[tuple[int | None, int | None]]:
    """The blocks and what they cite that its source has replaced."""
    with sessions() as session:
        newest = newest_version(session, brief.id, language)
        assert newest is not None
        problems = check_ready(session, newest.id)
    return [(one.position, one.passage_id) for one in problems if one.kind is ProblemKind.REPLACED]


@pytest.mark.parametrize(
    ("cited", "found"),
    [
        pytest.param([[3], [4]], [], id="nothing that was replaced"),
        pytest.param([[3], [1]], [(2, 1)], id="what was replaced"),
        pytest.param([[1, 2]], [(1, 1), (1, 2)], id="both"),
        pytest.param([[1, 3]], [], id="it and what its page says now"),
        pytest.param([[1, 4]], [(1, 1)], id="it and another page"),
        pytest.param([[1], [3]], [(1, 1)], id="what its page says now, in another block"),
        pytest.param([[]], [], id="nothing"),
    ],
)
def test_a_block_rests_on_what_its_pages_say_now(
    cited: Sequence[Sequence[int]], found: list[tuple[int, int]]
) -> None:
    blocks = [BlockDraft(kind=BlockKind.FACT, text="x", passage_ids=tuple(ids)) for ids in cited]
    problems = find_replaced(blocks, replaced={1, 2}, pages={1: 10, 2: 10, 3: 10, 4: 20})
    assert [(one.position, one.passage_id) for one in problems] == found


def test_approval_names_the_blocks_whose_source_was_replaced_after_they_were_written(
    office: Office, sessions: Sessions, brief: Brief
) -> None:
    old = office.passages[0].id
    version_id = office.write(brief)
    office.submit(brief)
    assert replaced(sessions, brief) == []
    (new,) = read_again(office, REVISED)
    assert replaced(sessions, brief) == [(1, old), (3, old)]
    with pytest.raises(
        NotReady, match=rf"block 1 \('39,5 tỷ USD', passage {old}\) cites what its source has"
    ):
        office.approve(version_id)
    mended = [
        BlockDraft(kind=BlockKind.FACT, text="39,8 tỷ USD", passage_ids=(new,)),
        BlockDraft(kind=BlockKind.CONTEXT, text="Trước đó: 39,5 tỷ USD", passage_ids=(old, new)),
    ]
    version_id = office.write(brief, blocks=mended)
    office.submit(brief)
    office.approve(version_id)


def test_a_page_that_still_says_it_in_the_same_words_stops_no_approval(
    office: Office, sessions: Sessions, brief: Brief
) -> None:
    version_id = office.write(brief)
    read_again(office, "Một đoạn mới.", RECORD)
    office.submit(brief)
    office.approve(version_id)
    read_again(office, REVISED)
    assert [position for position, _ in replaced(sessions, brief)] == [1, 3]


def test_what_is_replaced_after_the_approval_holds_publication_back_and_is_told(
    office: Office, sessions: Sessions, brief: Brief
) -> None:
    old = office.passages[0].id
    version_id = office.write(brief)
    office.submit(brief)
    schedule(office, office.approve(version_id))
    (new,) = read_again(office, REVISED)
    assert release(sessions, EIGHT_IN_HANOI).held_back == 1
    with sessions() as session:
        (reason,) = session.scalars(select(ScheduledPublication.called_off_reason)).all()
        told = session.scalars(select(Notice)).all()
    assert reason.startswith(f"block 1 ('39,5 tỷ USD', passage {old}) cites what its source has replaced")
    assert office.officer.id in {notice.user_id for notice in told}
    assert all(reason in notice.text for notice in told)
    with pytest.raises(NotReady):
        office.publish(brief)
    anew = office.write(brief, blocks=[BlockDraft(kind=BlockKind.FACT, text="39,8", passage_ids=(new,))])
    office.submit(brief)
    office.approve(anew)
    assert office.publish(brief).state == "published"


def test_a_text_goes_out_as_approved_once_its_page_says_the_same_again(
    office: Office, sessions: Sessions, brief: Brief
) -> None:
    version_id = office.write(brief)
    office.submit(brief)
    office.approve(version_id)
    read_again(office, REVISED)
    with pytest.raises(NotReady):
        office.publish(brief)
    read_again(office, RECORD)
    assert replaced(sessions, brief) == []
    assert office.publish(brief).state == "published"


def test_a_published_text_is_corrected_and_withdrawn_whatever_became_of_its_sources(
    office: Office, sessions: Sessions
) -> None:
    brief = office.published_brief()
    read_again(office, REVISED)
    correction = correct(office, brief)
    office.submit(brief)
    office.approve(correction)
    office.publish(brief)
    english = office.write(brief, language="en")
    assert [position for position, _ in replaced(sessions, brief, "en")] == [1, 3]
    office.submit(brief, "en")
    with pytest.raises(NotReady):
        office.approve(english)
    office.approve(propose_withdrawal(office, brief))
    assert office.publish(brief).state == "withdrawn"
