"""The library that retrieval is measured on: invented, the same every time, filed as the product files."""

from itertools import islice
from pathlib import Path

import numpy as np
from sqlalchemy import func, select

from benchmarks.classify.library import Inventor, file_pages, open_library
from benchmarks.classify.million import Nearest
from classify.library import Library, Query
from models import Passage
from tests.classify.library_fakes import WordEncoder

SENTENCES = [f"Tỉnh Quảng Nam có {number} trường học và nhiều bệnh viện lớn." for number in range(10, 40)]


def test_the_same_passages_are_invented_every_time_and_no_two_are_alike() -> None:
    one, two = (
        [page.passages for page in islice(Inventor(SENTENCES, "vi", seed=3).pages(), 5)] for _ in range(2)
    )
    assert one == two
    passages = [passage for page in one for passage in page]
    assert len(set(passages)) == len(passages)
    assert not set(SENTENCES) & set(passages)


def test_what_is_filed_can_be_searched_and_added_to(tmp_path: Path) -> None:
    sessions, empty = open_library(tmp_path)
    pages = list(islice(Inventor(SENTENCES, "vi", seed=3).pages(), 4))
    file_pages(sessions, iter(pages[:2]))
    file_pages(sessions, iter(pages[2:]))
    assert (empty, open_library(tmp_path)[1]) == (True, False)
    library = Library(tmp_path, WordEncoder())
    with sessions() as session:
        assert session.scalar(select(func.count(Passage.id))) == 40
        wanted = pages[3].passages[7]
        assert library.search(session, [Query(text=wanted)])[0][0].text == wanted


def test_the_highest_scores_are_kept_however_they_come_in_parts() -> None:
    scores = np.random.default_rng(1).normal(size=(6, 200)).astype(np.float32)
    nearest = Nearest(6)
    for start in (0, 30, 90):
        rows = np.arange(start, {0: 30, 30: 90, 90: 200}[start])
        nearest.add(rows, scores[:, rows])
    assert [set(row) for row in nearest.rows.tolist()] == [
        set(row) for row in np.argsort(-scores)[:, :10].tolist()
    ]
