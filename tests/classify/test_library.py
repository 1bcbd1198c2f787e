"""The evidence library: what is found, in which order, and what may not answer."""

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classify.library import Hit, Library, Query
from classify.terms import TermCounts, best_rows, read_terms, weigh_wording
from classify.vectors import VectorIndex
from models import Passage, PublisherKind, Role, Sessions, fold, writing
from tests.classify.library_fakes import DAM, DAY, NOON, RICE, Newsroom, WordEncoder, file_three


@pytest.fixture
def newsroom(sessions: Sessions) -> Newsroom:
    return Newsroom(sessions)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", WordEncoder())


@pytest.fixture
def filed(newsroom: Newsroom) -> Newsroom:
    file_three(newsroom)
    return newsroom


def find(library: Library, newsroom: Newsroom, text: str, **filters: Any) -> list[Hit]:
    with newsroom.sessions() as session:
        [hits] = library.search(session, [Query(text=text, **filters)])
    return hits


def names(hits: list[Hit]) -> list[str]:
    return [hit.url.rsplit("/", 1)[1] for hit in hits]


@pytest.mark.parametrize(
    ("claim", "answer"),
    [
        pytest.param("Xuất khẩu gạo đạt 8,1 triệu tấn", "rice", id="as written"),
        pytest.param("xuat khau gao dat 8,1 trieu tan", "rice", id="without marks"),
        pytest.param("Thuỷ điện Hoà Bình có công suất bao nhiêu", "dam", id="newer tone placement"),
        pytest.param("HUẾ ĐÓN 3,2 TRIỆU LƯỢT KHÁCH", "hue", id="capitals"),
    ],
)
def test_the_passage_that_shares_the_claims_words_comes_first(
    library: Library, filed: Newsroom, claim: str, answer: str
) -> None:
    assert names(find(library, filed, claim))[0] == answer


def test_an_english_claim_finds_a_vietnamese_passage_by_meaning(tmp_path: Path, filed: Newsroom) -> None:
    means = {"rice": "gao", "exported": "xuat", "tonnes": "tan", "million": "trieu"}
    library = Library(tmp_path, WordEncoder(means=means))
    assert names(find(library, filed, "rice exported in tonnes"))[0] == "rice"


ENGLISH = "The ticket for a ferry and hours of harbour are in our timetable."
IN_ENGLISH = "rice export tonnes of the"


def test_across_languages_meaning_outweighs_the_small_words_of_ones_own(
    tmp_path: Path, filed: Newsroom
) -> None:
    means = {"rice": "gao", "export": "xuat", "tonnes": "tan"}
    library = Library(tmp_path, WordEncoder(means=means))
    filed.passage(filed.source(), "https://gov.example/ferry", ENGLISH, language="en")
    assert names(find(library, filed, IN_ENGLISH, language="en"))[0] == "rice"
    assert names(find(library, filed, IN_ENGLISH))[0] == "ferry"


def test_a_passage_without_a_language_is_in_no_other_one(tmp_path: Path, newsroom: Newsroom) -> None:
    library = Library(tmp_path, WordEncoder())
    newsroom.passage(newsroom.source(), "https://gov.example/rice", RICE, language=None)
    question = "gạo của ai đã xuất khẩu"
    (known,) = find(library, newsroom, question)
    for language in ("vi", "en"):
        (hit,) = find(library, newsroom, question, language=language)
        assert hit.score == known.score


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        pytest.param("Việt Nam xuất khẩu bao nhiêu tấn gạo", True, id="what a passage says"),
        pytest.param("xuat khau gao nam 2023", True, id="typed without marks"),
        pytest.param("công thức nấu phở bò ngon tại nhà", False, id="something else"),
        pytest.param("blorp fnord gax", False, id="nonsense"),
    ],
)
def test_the_nearest_passage_answers_only_what_it_plainly_says(
    library: Library, filed: Newsroom, question: str, answers: bool
) -> None:
    hits = find(library, filed, question, language="vi")
    assert hits
    assert any(hit.answers for hit in hits) is answers


@pytest.mark.parametrize(
    "text",
    [
        '"',
        'a" OR "b',
        "gạo AND",
        "NEAR(gạo, 2)",
        "gạo*",
        "folded : gạo",
        "^gạo",
        "((",
        "gạo - tấn",
        "'; --",
        "&|!:*",
    ],
)
def test_operators_of_the_search_language_are_only_text(library: Library, filed: Newsroom, text: str) -> None:
    assert len(find(library, filed, text)) <= 3


def test_a_query_without_words_is_answered_by_meaning_alone(library: Library, filed: Newsroom) -> None:
    assert all(hit.coverage == 0.0 for hit in find(library, filed, "..."))


def test_an_empty_library_answers_nothing(library: Library, newsroom: Newsroom) -> None:
    assert find(library, newsroom, RICE) == []


def test_scores_lie_between_0_and_1_and_the_whole_passage_scores_1(library: Library, filed: Newsroom) -> None:
    hits = find(library, filed, RICE)
    assert hits[0].score == pytest.approx(1.0, abs=1e-3)
    assert all(0.0 <= hit.score <= 1.0 for hit in hits)


def test_a_superseded_passage_answers_only_for_its_own_time(library: Library, filed: Newsroom) -> None:
    newer = filed.passage(filed.source(), "https://gov.example/newer", RICE, published_at=NOON + 5 * DAY)
    with filed.sessions() as session:
        old = session.query(Passage).filter_by(text=RICE).order_by(Passage.published_at).first()
        assert old is not None
    filed.supersede(old.article_id, NOON + 5 * DAY)
    assert newer != old.article_id
    assert "rice" not in names(find(library, filed, RICE))
    assert names(find(library, filed, RICE, as_of=NOON + DAY))[0] == "rice"
    assert names(find(library, filed, RICE, as_of=NOON + 6 * DAY))[0] == "newer"


def test_a_passage_superseded_after_it_was_searched_is_not_found_again(
    library: Library, filed: Newsroom
) -> None:
    first = find(library, filed, RICE)[0]
    filed.supersede(first.article_id, NOON + DAY)
    assert "rice" not in names(find(library, filed, RICE))
    assert "rice" not in names(find(library, filed, RICE, as_of=NOON + DAY))
    assert names(find(library, filed, RICE, as_of=NOON))[0] == "rice"


@pytest.mark.parametrize(
    ("published", "found"),
    [
        ((NOON, None), True),
        ((None, NOON), True),
        ((NOON + DAY, None), False),
        ((None, NOON - DAY), False),
        ((NOON - DAY, NOON + DAY), True),
    ],
)
def test_passages_are_searched_within_a_period_of_publication(
    library: Library,
    newsroom: Newsroom,
    published: tuple[datetime | None, datetime | None],
    found: bool,
) -> None:
    source = newsroom.source()
    newsroom.passage(source, "https://gov.example/rice", RICE, published_at=NOON)
    newsroom.passage(source, "https://gov.example/undated", RICE, published_at=None)
    assert names(find(library, newsroom, RICE, published=published)) == (["rice"] if found else [])


@pytest.mark.parametrize(
    ("as_of", "found"),
    [
        pytest.param(NOON - DAY, False, id="before it was published"),
        pytest.param(NOON, True, id="the moment it was published"),
        pytest.param(NOON + DAY, True, id="after"),
    ],
)
def test_the_record_is_searched_as_it_stood(
    library: Library, filed: Newsroom, as_of: datetime, found: bool
) -> None:
    assert ("rice" in names(find(library, filed, RICE, as_of=as_of))) is found


def test_publisher_kind_and_language_narrow_the_search(library: Library, newsroom: Newsroom) -> None:
    agency = newsroom.source(Role.REFERENCE, kind=PublisherKind.INTERNATIONAL)
    newsroom.passage(newsroom.source(), "https://gov.example/vi", RICE)
    newsroom.passage(agency, "https://agency.example/en", RICE, language="en")
    assert sorted(names(find(library, newsroom, RICE))) == ["en", "vi"]
    assert names(find(library, newsroom, RICE, kinds=(PublisherKind.OFFICIAL,))) == ["vi"]
    assert names(find(library, newsroom, RICE, languages=("en",))) == ["en"]
    assert find(library, newsroom, RICE, kinds=(PublisherKind.INDEPENDENT,)) == []


def test_excluded_articles_do_not_answer(library: Library, filed: Newsroom) -> None:
    first = find(library, filed, RICE)[0]
    assert "rice" not in names(find(library, filed, RICE, exclude=frozenset({first.article_id})))


def test_equal_scores_are_ordered_by_address_whatever_was_filed_first(
    library: Library, newsroom: Newsroom
) -> None:
    source = newsroom.source()
    for name in "dbeca":
        newsroom.passage(source, f"https://gov.example/{name}", RICE)
    assert names(find(library, newsroom, RICE)) == list("abcde")


def test_more_equal_passages_than_candidates_are_cut_alike_in_every_database(
    library: Library, sessions: Sessions, tmp_path: Path
) -> None:
    newsroom = Newsroom(sessions)
    source = newsroom.source()
    addresses = [f"https://gov.example/{number}" for number in range(150)]
    for address in addresses[:75]:
        newsroom.passage(source, address, RICE)
    early = find(library, newsroom, RICE)
    with writing(sessions) as session:
        session.query(Passage).delete()
    for address in reversed(addresses[75:]):
        newsroom.passage(source, address, RICE)
    late = find(Library(tmp_path / "late", WordEncoder()), newsroom, RICE)
    assert names(early) == sorted(names(early))
    assert names(late) == sorted(names(late))
    assert len(early) == len(late) == 10


def test_queries_of_a_batch_do_not_see_one_another(library: Library, filed: Newsroom) -> None:
    with filed.sessions() as session:
        batch = library.search(session, [Query(text=RICE), Query(text=DAM), Query(text=RICE)])
        alone = [library.search(session, [Query(text=text)])[0] for text in (RICE, DAM, RICE)]
    assert [[(h.passage_id, h.score) for h in hits] for hits in batch] == [
        [(h.passage_id, h.score) for h in hits] for hits in alone
    ]


def test_a_passage_filed_later_is_found_and_alone_embedded(tmp_path: Path, filed: Newsroom) -> None:
    encoder = WordEncoder()
    library = Library(tmp_path, encoder)
    find(library, filed, RICE)
    encoder.encoded.clear()
    filed.passage(filed.source(), "https://gov.example/new", "Cả nước có 34 tỉnh, thành phố.")
    assert names(find(library, filed, "34 tỉnh thành phố"))[0] == "new"
    assert sorted(encoder.encoded) == ["34 tỉnh thành phố", "Cả nước có 34 tỉnh, thành phố."]


def test_the_graph_of_a_large_index_finds_what_a_scan_finds() -> None:
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(40, 32))
    vectors = (centres[rng.integers(0, 40, 3000)] + 0.6 * rng.normal(size=(3000, 32))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    keys = np.sort(rng.choice(2**60, 3000, replace=False)).astype(np.uint64)
    graph, scan = VectorIndex(32, exact_below=100), VectorIndex(32)
    graph.add(keys, vectors)
    scan.add(keys, vectors)
    place = np.arange(3000)
    for allowed in (place >= 0, place % 7 == 0, place < 150, place == 5):
        shared = [
            len(np.intersect1d(graph.nearest(q, 10, keys, allowed)[0], scan.nearest(q, 10, keys, allowed)[0]))
            for q in vectors[:50]
        ]
        assert np.mean(shared) >= min(9.5, allowed.sum())
        assert all(allowed[graph.nearest(q, 10, keys, allowed)[0]].all() for q in vectors[:50])


def test_texts_far_from_the_query_are_found_where_the_filter_leaves_only_them() -> None:
    rng = np.random.default_rng(2)
    far = np.arange(8_000) % 40 == 0
    vectors = rng.normal(size=(8_000, 16)).astype(np.float32)
    vectors[:, 0] += np.where(far, -5, 5)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    keys = np.arange(1, 8_001, dtype=np.uint64)
    graph, scan = VectorIndex(16, exact_below=100), VectorIndex(16)
    graph.add(keys, vectors)
    scan.add(keys, vectors)
    for query in vectors[~far][:20]:
        (found, cosines), (rows, _) = (one.nearest(query, 10, keys, far) for one in (graph, scan))
        assert len(np.intersect1d(found, rows)) >= 9
        assert cosines.tolist() == sorted(cosines, reverse=True)
    # What was set aside for the filter does not outlive its rows.
    graph.remove(keys[rows])
    left = np.setdiff1d(keys, keys[rows])
    again, _ = graph.nearest(query, 10, left, far[left.astype(int) - 1])
    assert not np.intersect1d(left[again], keys[rows]).size


def test_rare_words_are_chosen_first_and_postings_are_limited() -> None:
    counts = TermCounts()
    counts.add(["tinh quang ninh"] * 2 + ["tinh"] * 50)
    assert counts.rarest("tỉnh Quảng Ninh và Huế", postings=100, most=10) == ["ninh", "quang", "tinh"]
    assert counts.rarest("tỉnh Quảng Ninh", postings=10, most=10) == ["ninh", "quang"]
    assert counts.rarest("tỉnh Quảng Ninh", postings=10, most=1) == ["ninh"]
    assert counts.rarest("tỉnh", postings=10, most=10) == ["tinh"], "one word is always looked for"


def test_a_claim_with_marks_is_scored_by_its_marks_and_one_without_is_not() -> None:
    counts = TermCounts()
    counts.add(["ma tran", "ma tran"])
    right, wrong = "mã trần", "má trăn"

    def covered(claim: str, passage: str) -> float:
        wording = weigh_wording(claim, counts)
        return wording.coverage(read_terms(passage, fold(passage), marked=wording.marked))

    assert covered("mã trần", right) == pytest.approx(1.0)
    assert covered("mã trần", wrong) == 0.0
    assert covered("ma tran", right) == covered("ma tran", wrong) == pytest.approx(1.0)


def test_a_sentence_that_says_it_all_covers_more_than_the_same_words_apart() -> None:
    counts = TermCounts()
    counts.add(["gao", "tan", "xuat khau"])
    wording = weigh_wording("xuất khẩu gạo tám tấn", counts)

    def covered(text: str) -> float:
        return wording.coverage(read_terms(text, fold(text), marked=True))

    together, apart = "Xuất khẩu gạo tám tấn. Trời mưa.", "Xuất khẩu. Gạo. Tám. Tấn. Trời mưa."
    assert covered(together) == pytest.approx(1.0)
    assert covered("Trời mưa. Trời nắng.") == 0.0 < covered(apart) < covered(together)


def test_the_best_rows_are_those_of_highest_score_then_of_lowest_key() -> None:
    scores = np.array([0.5, 0.9, 0.5, 0.0, 0.5], dtype=np.float32)
    keys = np.array([40, 10, 20, 5, 30], dtype=np.uint64)
    everything = np.ones(5, dtype=np.bool_)
    assert best_rows(scores, keys, everything, 3).tolist() == [1, 2, 4]
    assert best_rows(scores, keys, everything, 10).tolist() == [1, 2, 4, 0]
    assert best_rows(scores, keys, scores < 0.9, 2).tolist() == [2, 4]
