"""What has been met and answered before: found for a claim, in order, with scores, and never acted upon."""

from pathlib import Path

import pytest

from classify.precedents import Precedents, Similar
from models import (
    BlockKind,
    Brief,
    BriefBlock,
    BriefVersion,
    ChangeGrade,
    ClaimGroup,
    Sessions,
    User,
    UserRole,
    writing,
)
from tests.classify.library_fakes import DAY, NOON, WordEncoder

RICE = "Việt Nam xuất khẩu 12 triệu tấn gạo trong năm 2024."
RICE_AGAIN = "Năm 2024, xuất khẩu gạo của Việt Nam đạt 12 triệu tấn."
DAM = "Nhà máy thủy điện Hòa Bình có tám tổ máy."
ANSWER = "Cả nước xuất khẩu 9,18 triệu tấn gạo trong năm 2024."


class Archive:
    """Puts claims and briefs into the database."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions

    def claim(self, text: str, *, days: int = 0) -> int:
        with writing(self.sessions) as session:
            seen_at = NOON + DAY * days
            group = ClaimGroup(
                key=f"{days} {text}", text=text, language="vi", first_seen_at=seen_at, last_seen_at=seen_at
            )
            session.add(group)
            session.flush()
            return group.id

    def brief(self, title: str, *blocks: str) -> int:
        with writing(self.sessions) as session:
            author = session.query(User).first() or User(
                email="an@desk.example", name="An", role=UserRole.PRESS_OFFICER, created_at=NOON
            )
            session.add(author)
            session.flush()
            brief = Brief(created_at=NOON, updated_at=NOON, opened_by_id=author.id)
            session.add(brief)
            session.flush()
        self.version(brief.id, title, *blocks)
        return brief.id

    def version(
        self,
        brief_id: int,
        title: str,
        *blocks: str,
        published: bool = True,
        grade: ChangeGrade = ChangeGrade.FIRST,
    ) -> None:
        with writing(self.sessions) as session:
            brief = session.get_one(Brief, brief_id)
            version = BriefVersion(
                brief_id=brief_id,
                language="vi",
                number=len(session.query(BriefVersion).filter_by(brief_id=brief_id).all()) + 1,
                title=title,
                drafted_by_id=brief.opened_by_id,
                drafted_at=NOON,
                published_at=NOON if published else None,
                grade=grade,
            )
            session.add(version)
            session.flush()
            for position, text in enumerate(blocks):
                session.add(
                    BriefBlock(version_id=version.id, position=position, kind=BlockKind.FACT, text=text)
                )


@pytest.fixture
def archive(sessions: Sessions) -> Archive:
    return Archive(sessions)


@pytest.fixture
def precedents(tmp_path: Path) -> Precedents:
    return Precedents(tmp_path, WordEncoder())


def search(
    precedents: Precedents, archive: Archive, text: str, exclude: frozenset[int] = frozenset()
) -> Similar:
    with archive.sessions() as session:
        return precedents.search(session, text, exclude=exclude)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(RICE, id="the same words"),
        pytest.param(RICE_AGAIN, id="in another order"),
        pytest.param("xuat khau gao 12 trieu tan nam 2024", id="without marks"),
    ],
)
def test_an_earlier_claim_about_the_same_thing_is_found(
    precedents: Precedents, archive: Archive, asked: str
) -> None:
    rice = archive.claim(RICE)
    archive.claim(DAM)
    assert [one.group_id for one in search(precedents, archive, asked).claims] == [rice]


def test_the_claims_own_group_is_no_precedent(precedents: Precedents, archive: Archive) -> None:
    own, other = archive.claim(RICE), archive.claim(RICE_AGAIN)
    found = search(precedents, archive, RICE, exclude=frozenset({own})).claims
    assert [one.group_id for one in found] == [other]


def test_a_claim_made_after_the_last_search_is_found(precedents: Precedents, archive: Archive) -> None:
    archive.claim(DAM)
    assert search(precedents, archive, RICE).claims == ()
    rice = archive.claim(RICE)
    assert [one.group_id for one in search(precedents, archive, RICE).claims] == [rice]


def test_ten_at_most_the_nearest_first_and_equal_ones_by_when_they_were_seen(
    precedents: Precedents, archive: Archive
) -> None:
    later = [archive.claim(RICE, days=days) for days in range(12, 0, -1)]
    found = search(precedents, archive, RICE).claims
    assert [one.group_id for one in found] == later[::-1][:10]
    nearest = archive.claim(f"{RICE_AGAIN} {RICE}")
    first, second, *_ = search(precedents, archive, f"{RICE_AGAIN} {RICE}").claims
    assert first.group_id == nearest
    assert 1.0 >= first.score > second.score > 0.0


def test_what_is_kept_is_used_again(tmp_path: Path, archive: Archive) -> None:
    archive.claim(RICE)
    first, second = WordEncoder(), WordEncoder()
    assert search(Precedents(tmp_path, first), archive, RICE) == search(
        Precedents(tmp_path, second), archive, RICE
    )
    assert RICE in first.encoded
    assert second.encoded.count(RICE) == 1, "the question alone was encoded"


def test_a_published_brief_is_found_by_any_part_of_it(precedents: Precedents, archive: Archive) -> None:
    brief = archive.brief("Về xuất khẩu gạo", ANSWER, "Nông dân miền Tây gieo ba vụ mỗi năm.")
    archive.brief("Về thủy điện", DAM)
    (found,) = search(precedents, archive, RICE).briefs
    assert (found.brief_id, found.title, found.part) == (brief, "Về xuất khẩu gạo", ANSWER)


def test_drafts_are_no_precedents_and_a_correction_replaces_what_it_corrects(
    precedents: Precedents, archive: Archive
) -> None:
    brief = archive.brief("Về xuất khẩu gạo", ANSWER)
    archive.version(brief, "Về gạo", "Xuất khẩu gạo đạt 12 triệu tấn.", published=False)
    assert [one.part for one in search(precedents, archive, RICE).briefs] == [ANSWER]
    corrected = "Cả nước xuất khẩu 9,2 triệu tấn gạo trong năm 2024."
    archive.version(brief, "Về xuất khẩu gạo", corrected, grade=ChangeGrade.CORRECTION)
    assert [one.part for one in search(precedents, archive, RICE).briefs] == [corrected]
    archive.version(brief, "Rút lại", grade=ChangeGrade.WITHDRAWAL)
    assert [one.part for one in search(precedents, archive, RICE).briefs] == [corrected]


def test_nothing_is_written_by_searching(precedents: Precedents, archive: Archive) -> None:
    rice, again = archive.claim(RICE), archive.claim(RICE_AGAIN)
    search(precedents, archive, RICE)
    with archive.sessions() as session:
        assert {group.id: group.text for group in session.query(ClaimGroup)} == {
            rice: RICE,
            again: RICE_AGAIN,
        }


def test_an_archive_of_nothing_answers_nothing(precedents: Precedents, archive: Archive) -> None:
    assert search(precedents, archive, RICE) == Similar(claims=(), briefs=())
