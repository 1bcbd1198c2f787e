"""From article versions to assessments, in a real database: what is written, and what never is."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from classify.checking import NothingToCheckError, check_sentence
from classify.exporting import export_articles, export_assessments
from classify.library import Library
from classify.stages import assess_due, file_passages_due, find_claims_due
from models import (
    Alert,
    Article,
    ArticleVersion,
    AssertedBy,
    Assessment,
    AssessmentPassage,
    Claim,
    ClaimGroup,
    GateCount,
    Passage,
    Role,
    Scope,
    Sessions,
    Source,
    writing,
)
from tests.classify.library_fakes import (
    DAY,
    NOON,
    Newsroom,
    ScriptedClaimModel,
    ScriptedModels,
    ScriptedVerifier,
    WordEncoder,
)

RICE = "Việt Nam xuất khẩu 8,1 triệu tấn gạo trong năm 2023."
DAM = "Nhà máy thủy điện Hòa Bình có công suất 1.920 MW."
HUE = "Thành phố Huế đón 3,2 triệu lượt khách du lịch."
FALSE_RICE = "Việt Nam xuất khẩu 5 triệu tấn gạo trong năm 2023."
OPINION = "Chính sách xuất khẩu gạo của Việt Nam thật đáng thất vọng."
LATER = NOON + 10 * DAY


@pytest.fixture
def newsroom(sessions: Sessions) -> Newsroom:
    return Newsroom(sessions)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", WordEncoder())


def passages(sessions: Sessions) -> list[tuple[str, bool]]:
    with sessions() as session:
        rows = session.scalars(select(Passage).order_by(Passage.version_id, Passage.position))
        return [(row.text, row.superseded_at is None) for row in rows]


def claims(sessions: Sessions) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(Claim.text).order_by(Claim.id)))


def exported(sessions: Sessions) -> list[dict[str, object]]:
    with sessions() as session:
        return list(export_assessments(session))


# Filing


def test_official_and_reference_articles_are_filed_and_monitored_ones_are_not(
    newsroom: Newsroom, library: Library
) -> None:
    for role in Role:
        newsroom.article(newsroom.source(role), f"https://{role}.example/1", f"{RICE} ({role})")
    filed = file_passages_due(newsroom.sessions, library=library, now=LATER)
    assert (filed.versions, filed.passages, filed.failed) == (2, 2, 0)
    assert [text for text, _ in passages(newsroom.sessions)] == [f"{RICE} (official)", f"{RICE} (reference)"]


def test_a_passage_is_a_span_of_its_version_with_its_publisher_and_date(
    newsroom: Newsroom, library: Library
) -> None:
    text = "\n".join([RICE, DAM, HUE, RICE.replace("2023", "2024"), DAM.replace("Hòa", "Thác")])
    newsroom.article(newsroom.source(), "https://gov.example/1", text)
    file_passages_due(newsroom.sessions, library=library, now=LATER)
    with newsroom.sessions() as session:
        rows = list(session.scalars(select(Passage).order_by(Passage.position)))
    assert len(rows) == 2
    assert [row.text for row in rows] == [text[row.start : row.end] for row in rows]
    assert {(row.publisher, row.published_at, row.filed_at) for row in rows} == {("Source 0", NOON, LATER)}


def test_filing_twice_files_once(newsroom: Newsroom, library: Library) -> None:
    newsroom.article(newsroom.source(), "https://gov.example/1", RICE)
    file_passages_due(newsroom.sessions, library=library, now=LATER)
    assert file_passages_due(newsroom.sessions, library=library, now=LATER).versions == 0
    assert len(passages(newsroom.sessions)) == 1


@pytest.mark.parametrize("together", [True, False], ids=["both versions due at once", "one after the other"])
def test_a_newer_version_supersedes_the_passages_of_the_older_from_its_own_time_on(
    newsroom: Newsroom, library: Library, together: bool
) -> None:
    article = newsroom.article(newsroom.source(), "https://gov.example/1", RICE)
    if not together:
        file_passages_due(newsroom.sessions, library=library, now=LATER)
    newsroom.update(article, FALSE_RICE)
    file_passages_due(newsroom.sessions, library=library, now=LATER)
    assert passages(newsroom.sessions) == [(RICE, False), (FALSE_RICE, True)]
    with newsroom.sessions() as session:
        assert session.scalars(select(Passage.superseded_at).where(Passage.text == RICE)).one() == NOON + DAY


def test_a_filed_passage_can_be_found_at_once(newsroom: Newsroom, library: Library) -> None:
    newsroom.article(newsroom.source(), "https://gov.example/1", RICE)
    file_passages_due(newsroom.sessions, library=library, now=LATER)
    assert len(library) == 1


def test_an_article_without_text_is_done_with(newsroom: Newsroom, library: Library) -> None:
    newsroom.article(newsroom.source(), "https://gov.example/1", "")
    assert file_passages_due(newsroom.sessions, library=library, now=LATER).versions == 1
    assert file_passages_due(newsroom.sessions, library=library, now=LATER).versions == 0


# Finding


def find(newsroom: Newsroom, *, opinions: Sequence[str] = (), breaks_on: Sequence[str] = ()) -> int:
    models = ScriptedModels(claims=ScriptedClaimModel(opinions=opinions, breaks_on=breaks_on))
    return find_claims_due(newsroom.sessions, models=models, now=LATER).claims


def test_monitored_articles_give_claims_and_official_ones_none(newsroom: Newsroom) -> None:
    newsroom.article(newsroom.source(Role.MONITORED), "https://news.example/1", f"{RICE}\n{DAM}")
    newsroom.article(newsroom.source(Role.OFFICIAL), "https://gov.example/1", HUE)
    assert find(newsroom) == 2
    assert claims(newsroom.sessions) == [RICE, DAM]


def test_a_claim_is_a_span_of_its_version_and_a_headline_of_its_title(newsroom: Newsroom) -> None:
    newsroom.article(newsroom.source(Role.MONITORED), "https://news.example/1", f"{RICE}\n{DAM}", title=HUE)
    find(newsroom)
    with newsroom.sessions() as session:
        version = session.scalars(select(ArticleVersion)).one()
        for claim in session.scalars(select(Claim)):
            whole = version.title if claim.asserted_by is AssertedBy.HEADLINE else version.text
            assert whole[claim.start : claim.end] == claim.text
            assert (claim.model, claim.found_at) == ("test-1", LATER)
        assert len(session.scalars(select(Claim)).all()) == 3


def test_of_an_opinion_nothing_is_kept_but_the_days_count(newsroom: Newsroom) -> None:
    source = newsroom.source(Role.MONITORED)
    for number in (1, 2):
        newsroom.article(source, f"https://news.example/{number}", f"{OPINION}\n{RICE}")
        find(newsroom, opinions=[OPINION])
    assert claims(newsroom.sessions) == [RICE, RICE]
    with newsroom.sessions() as session:
        counts = session.execute(select(GateCount.day, GateCount.gate, GateCount.sentences)).all()
        kept = " ".join(str(value) for row in session.scalars(select(Claim)) for value in vars(row).values())
    assert (date(2026, 3, 11), "fact", 2) in [tuple(row) for row in counts]
    assert "thất vọng" not in kept
    assert all(gate in {"fact", "about_vietnam", "checkable", "headline"} for _, gate, _ in counts)


def test_of_a_source_in_scope_only_for_the_country_other_countries_give_no_claims(newsroom: Newsroom) -> None:
    france = "The French economy grew by 1.2 percent in 2023, the statistics office said."
    vietnam = "Vietnam exported 8.1 million tonnes of rice in 2023, the statistics office said."
    for scope in Scope:
        source = newsroom.source(Role.MONITORED, scope=scope)
        newsroom.article(source, f"https://{scope}.example/1", france, language="en")
        newsroom.article(source, f"https://{scope}.example/2", vietnam, language="en")
    find(newsroom)
    assert sorted(claims(newsroom.sessions)) == sorted([france, vietnam, vietnam])


def test_of_a_superseded_version_no_claims_are_looked_for(newsroom: Newsroom) -> None:
    newsroom.article(newsroom.source(Role.MONITORED), "https://news.example/1", FALSE_RICE, RICE)
    find(newsroom)
    assert claims(newsroom.sessions) == [RICE]


def test_an_article_that_breaks_the_stage_stays_due_and_the_others_go_on(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    source = newsroom.source(Role.MONITORED)
    newsroom.article(source, "https://news.example/1", DAM)
    newsroom.article(source, "https://news.example/2", RICE)
    assert find(newsroom, breaks_on=[DAM]) == 1
    assert "article version 1 could not be analysed" in caplog.text
    assert find(newsroom) == 1
    assert claims(newsroom.sessions) == [RICE, DAM]


def test_claims_are_found_in_the_order_of_publication_whatever_arrived_first(newsroom: Newsroom) -> None:
    source = newsroom.source(Role.MONITORED)
    newsroom.article(source, "https://news.example/c", HUE, published_at=NOON + DAY)
    newsroom.article(source, "https://news.example/b", DAM)
    newsroom.article(source, "https://news.example/a", RICE)
    find(newsroom)
    assert claims(newsroom.sessions) == [RICE, DAM, HUE]


# Assessing


def assess(
    newsroom: Newsroom,
    library: Library,
    verifier: ScriptedVerifier | None = None,
    *,
    as_published: bool = False,
) -> ScriptedVerifier:
    models = ScriptedModels(verifier=verifier or ScriptedVerifier())
    file_passages_due(newsroom.sessions, library=library, now=LATER)
    find_claims_due(newsroom.sessions, models=models, now=LATER)
    assess_due(newsroom.sessions, library=library, models=models, now=LATER, as_published=as_published)
    return models.verifier


@pytest.fixture
def evidence(newsroom: Newsroom) -> Newsroom:
    source = newsroom.source()
    for name, text in (("rice", RICE), ("dam", DAM), ("hue", HUE)):
        newsroom.article(source, f"https://gov.example/{name}", text)
    return newsroom


def test_a_claim_is_held_against_what_the_record_says(evidence: Newsroom, library: Library) -> None:
    evidence.article(evidence.source(Role.MONITORED), "https://news.example/1", FALSE_RICE)
    verifier = assess(evidence, library, ScriptedVerifier(contradicts=[FALSE_RICE]))
    [(claim, held)] = verifier.seen
    assert (claim, held[0]) == (FALSE_RICE, RICE)
    with evidence.sessions() as session:
        assessment = session.scalars(select(Assessment)).one()
    assert (assessment.label, assessment.probability, assessment.threshold) == ("contradicted", 0.99, 0.9)
    assert assessment.alert_worthy
    assert assessment.differences == [{"kind": "number", "claim": [0, 2], "passage": None}]
    assert (assessment.model, assessment.assessed_at, assessment.considered_at) == ("scripted", LATER, None)


def test_missing_context_is_stored_and_exported_as_such_and_waits_for_more_evidence(
    evidence: Newsroom, library: Library
) -> None:
    evidence.article(evidence.source(Role.MONITORED), "https://news.example/1", FALSE_RICE)
    assess(evidence, library, ScriptedVerifier(lacking_context=[FALSE_RICE]))
    with evidence.sessions() as session:
        assessment = session.scalars(select(Assessment)).one()
        claim = session.scalars(select(Claim)).one()
    assert (assessment.label, assessment.alert_worthy, assessment.probability) == (
        "missing_context",
        False,
        0.0,
    )
    assert assessment.differences == [{"kind": "context", "claim": None, "passage": [0, len(RICE)]}]
    assert claim.evidence_seen is not None
    [row] = exported(evidence.sessions)
    assert (row["label"], row["alert"]) == ("missing_context", None)


def test_the_passage_that_decided_is_ranked_first(evidence: Newsroom, library: Library) -> None:
    evidence.article(evidence.source(Role.MONITORED), "https://news.example/1", FALSE_RICE)
    [(_, held)] = assess(evidence, library).seen
    with evidence.sessions() as session:
        stored = session.execute(
            select(Passage.text, AssessmentPassage.rank)
            .join(Passage, Passage.id == AssessmentPassage.passage_id)
            .order_by(AssessmentPassage.rank)
        ).all()
    assert [text for text, _ in stored] == [held[-1], *held[:-1]]
    assert [rank for _, rank in stored] == [1, 2, 3]


def test_a_claim_is_assessed_once(evidence: Newsroom, library: Library) -> None:
    evidence.article(evidence.source(Role.MONITORED), "https://news.example/1", FALSE_RICE)
    assess(evidence, library)
    assert assess(evidence, library).seen == []


def test_a_story_is_no_evidence_for_itself(evidence: Newsroom, library: Library) -> None:
    evidence.article(evidence.source(), "https://gov.example/dispatch", RICE, story="dispatch")
    evidence.article(evidence.source(Role.MONITORED), "https://news.example/1", RICE, story="dispatch")
    assess(evidence, library)
    [row] = exported(evidence.sessions)
    assert isinstance(row["evidence"], list)
    urls = {passage["url"] for passage in row["evidence"]}
    assert urls == {f"https://gov.example/{name}" for name in ("rice", "dam", "hue")}


@pytest.mark.parametrize(("as_published", "answers"), [(False, 2), (True, 1)])
def test_the_record_is_taken_as_it_stands_or_as_it_stood(
    newsroom: Newsroom, library: Library, as_published: bool, answers: int
) -> None:
    source = newsroom.source()
    newsroom.article(source, "https://gov.example/before", RICE)
    newsroom.article(source, "https://gov.example/after", RICE, published_at=NOON + 2 * DAY)
    news = newsroom.source(Role.MONITORED)
    newsroom.article(news, "https://news.example/1", FALSE_RICE, published_at=NOON + DAY)
    [(_, held)] = assess(newsroom, library, as_published=as_published).seen
    assert len(held) == answers


def test_a_claim_that_breaks_the_verifier_stays_due_and_the_others_are_assessed(
    evidence: Newsroom, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    evidence.article(evidence.source(Role.MONITORED), "https://news.example/1", f"{FALSE_RICE}\n{DAM}")
    verifier = assess(evidence, library, ScriptedVerifier(breaks_on=[FALSE_RICE]))
    assert [claim for claim, _ in verifier.seen] == [DAM]
    assert "claim 1 could not be assessed" in caplog.text
    assert [claim for claim, _ in assess(evidence, library).seen] == [FALSE_RICE]


def test_without_a_library_there_is_not_enough_evidence(newsroom: Newsroom, library: Library) -> None:
    newsroom.article(newsroom.source(Role.MONITORED), "https://news.example/1", RICE)
    assess(newsroom, library, ScriptedVerifier(contradicts=[RICE]))
    [row] = exported(newsroom.sessions)
    assert (row["label"], row["evidence"]) == ("not_enough_evidence", [])


def test_claims_of_a_version_that_is_no_longer_the_latest_are_not_assessed(
    evidence: Newsroom, library: Library
) -> None:
    article = evidence.article(evidence.source(Role.MONITORED), "https://news.example/1", FALSE_RICE)
    find(evidence)
    evidence.update(article, DAM)
    assert [claim for claim, _ in assess(evidence, library).seen] == [DAM]


# Checking


def test_a_checked_sentence_shows_gates_passages_and_verdict_and_leaves_nothing(
    evidence: Newsroom, library: Library
) -> None:
    file_passages_due(evidence.sessions, library=library, now=LATER)
    models = ScriptedModels(verifier=ScriptedVerifier(contradicts=[FALSE_RICE]))
    with evidence.sessions() as session:
        copied = FALSE_RICE.replace(" ", "\u200b ", 2)
        result = check_sentence(session, f"\ufeff  {copied}\n", library=library, models=models)
        assert session.scalars(select(Claim)).all() == []
    assert (result.sentence, result.language, result.gates.passed) == (FALSE_RICE, "vi", True)
    assert result.verdict is not None
    assert result.verdict.label == "contradicted"
    assert {checked.passage.url for checked in result.passages} == {
        f"https://gov.example/{name}" for name in ("rice", "dam", "hue")
    }


def test_a_sentence_that_a_gate_stops_is_held_against_nothing(evidence: Newsroom, library: Library) -> None:
    file_passages_due(evidence.sessions, library=library, now=LATER)
    models = ScriptedModels(claims=ScriptedClaimModel(opinions=[OPINION]))
    with evidence.sessions() as session:
        result = check_sentence(session, OPINION, library=library, models=models)
    assert (result.gates.passed, result.gates.gate) == (False, "fact")
    assert (result.passages, result.verdict, models.verifier.seen) == ((), None, [])


def test_of_a_sentence_that_states_and_then_judges_the_statement_is_checked(
    evidence: Newsroom, library: Library
) -> None:
    file_passages_due(evidence.sessions, library=library, now=LATER)
    fact = FALSE_RICE.rstrip(".")
    models = ScriptedModels(verifier=ScriptedVerifier(contradicts=[fact]))
    with evidence.sessions() as session:
        result = check_sentence(session, f"{fact}, một trò hề đắt giá.", library=library, models=models)
    assert (result.sentence, result.gates.passed) == (fact, True)
    assert result.steps[0].reason == "states a fact, apart from what follows it"
    assert result.verdict is not None
    assert result.verdict.label == "contradicted"


@pytest.mark.parametrize("sentence", ["", "   ", "\n", "...", "?!", "Gạo \udcff tăng 5%."])
def test_nothing_cannot_be_checked(newsroom: Newsroom, library: Library, sentence: str) -> None:
    with newsroom.sessions() as session, pytest.raises(NothingToCheckError):
        check_sentence(session, sentence, library=library, models=ScriptedModels())


# Exporting


def test_an_assessment_is_exported_as_the_field_scores_it(evidence: Newsroom, library: Library) -> None:
    evidence.article(evidence.source(Role.MONITORED), "https://news.example/1", FALSE_RICE)
    assess(evidence, library, ScriptedVerifier(contradicts=[FALSE_RICE]))
    with writing(evidence.sessions) as session:
        group = ClaimGroup(key="rice", text=FALSE_RICE, language="vi", first_seen_at=NOON, last_seen_at=NOON)
        session.add(group)
        session.flush()
        session.scalars(select(Claim)).one().group_id = group.id
        assessment = session.scalars(select(Assessment.id)).one()
        alert = Alert(
            group_id=group.id,
            assessment_id=assessment,
            raised_at=LATER,
            updated_at=LATER,
            priority=1.0,
            priority_parts={},
        )
        session.add(alert)
        session.flush()
        alert_id = alert.id
    [row] = exported(evidence.sessions)
    assert isinstance(row["evidence"], list)
    assert set(row) == {"article_url", "claim", "label", "probability", "evidence", "alert"}
    assert (row["article_url"], row["claim"]) == ("https://news.example/1", FALSE_RICE)
    assert (row["label"], row["probability"], row["alert"]) == ("contradicted", 0.99, alert_id)
    assert {frozenset(passage) for passage in row["evidence"]} == {frozenset({"url", "passage", "score"})}


def test_only_the_latest_assessment_of_the_latest_version_is_exported(
    evidence: Newsroom, library: Library
) -> None:
    article = evidence.article(evidence.source(Role.MONITORED), "https://news.example/1", FALSE_RICE)
    assess(evidence, library)
    with writing(evidence.sessions) as session:
        for claim in session.scalars(select(Claim)):
            claim.assessed_at = None
    assess(evidence, library, ScriptedVerifier(contradicts=[FALSE_RICE]))
    assert [row["label"] for row in exported(evidence.sessions)] == ["contradicted"]
    evidence.update(article, DAM)
    assess(evidence, library)
    assert [row["claim"] for row in exported(evidence.sessions)] == [DAM]


def test_two_crawls_of_the_same_news_export_the_same(
    newsroom: Newsroom, library: Library, tmp_path: Path
) -> None:
    news = [
        (Role.MONITORED, "https://news.example/B", f"{FALSE_RICE}\n{DAM}"),
        (Role.MONITORED, "https://news.example/a", HUE),
        *((Role.REFERENCE, f"https://ref.example/{n}", RICE.replace("8,1", f"{n},1")) for n in range(30)),
    ]

    def crawl(order: list[tuple[Role, str, str]], where: Library) -> list[dict[str, object]]:
        with writing(newsroom.sessions) as session:
            tables = (
                AssessmentPassage,
                Assessment,
                Claim,
                Passage,
                ArticleVersion,
                Article,
                Source,
                ClaimGroup,
            )
            for table in tables:
                session.execute(delete(table))
        for role, url, text in order:
            newsroom.article(newsroom.source(role), url, text)
        assess(newsroom, where)
        return exported(newsroom.sessions)

    forwards = crawl(news, library)
    backwards = crawl(list(reversed(news)), Library(tmp_path / "other", WordEncoder()))
    assert forwards == backwards
    assert len(forwards) == 3


def test_articles_are_exported_with_the_text_of_their_latest_version_and_their_story(
    newsroom: Newsroom,
) -> None:
    source = newsroom.source(Role.MONITORED)
    newsroom.article(source, "https://news.example/b", RICE, DAM, title="Đập", story="https://news.example/b")
    newsroom.article(source, "https://news.example/a", HUE, published_at=None)
    with newsroom.sessions() as session:
        first, second = export_articles(session)
    assert (first["url"], first["published_at"], first["story"]) == ("https://news.example/a", None, None)
    assert second == {
        "url": "https://news.example/b",
        "title": "Đập",
        "published_at": "2026-03-01T12:00:00+00:00",
        "language": "vi",
        "text": DAM,
        "story": "https://news.example/b",
    }


def test_progress_ends_at_the_number_of_rows_that_were_due(newsroom: Newsroom, library: Library) -> None:
    source = newsroom.source()
    for number in range(60):
        newsroom.article(source, f"https://gov.example/{number}", RICE)
    heard: list[tuple[int, int]] = []
    now = LATER + timedelta(hours=1)
    file_passages_due(
        newsroom.sessions, library=library, now=now, progress=lambda done, total: heard.append((done, total))
    )
    assert heard == [(50, 60), (60, 60)]
