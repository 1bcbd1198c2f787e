"""However often words stand together, the latest texts that have them are found, in order and none twice."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, event, select

from api.words import Wanted, file_words, read_latest
from models import Findable, FindableKind, Sessions, writing

COUNT = 600
EVERY = tuple(FindableKind)
# A page of two looks among the latest fifty first, then among the four hundred before them.
PAGE = 2

TEXTS: dict[str, Callable[[int], bool]] = {
    "Gia Lai": lambda n: n % 12 == 0,
    "Đắk Lắk": lambda n: n % 60 == 1,
    "dak lak": lambda n: n % 60 == 2,
    "Cà Mau": lambda n: n % 300 == 3,
    "Điện Biên": lambda n: n <= 100,
}


@pytest.fixture
def filed(sessions: Sessions) -> Sessions:
    """Texts by their numbers, every fifth of an article, the others of alerts."""
    with writing(sessions) as session:
        session.add_all(
            Findable(
                kind=FindableKind.ALERT if number % 5 else FindableKind.ARTICLE,
                row_id=number,
                revision=number,
            )
            for number in range(1, COUNT + 1)
        )
        session.flush()
        for row in session.scalars(select(Findable)).all():
            names = [name for name, has in TEXTS.items() if has(row.row_id)]
            file_words(session, row, [f"Tỉnh số {row.row_id}", *names])
    return sessions


def read(sessions: Sessions, wanted: Wanted, most: int) -> list[int]:
    """All that is found, page after page."""
    found: list[int] = []
    with sessions() as session:
        query = select(Findable)
        before = None
        while page := read_latest(session, query, wanted, most=most, before=before):
            assert len(page) <= most
            found += [row.row_id for row in page]
            before = page[-1].id
    return found


FOUND: list[tuple[tuple[str, ...], tuple[str, ...], Callable[[int], bool]]] = [
    (("tỉnh", "số"), (), lambda n: True),
    (("gia", "lai"), (), TEXTS["Gia Lai"]),
    (("dak", "lak"), (), lambda n: n % 60 in (1, 2)),
    (("dak", "lak"), ("đắk", "lắk"), TEXTS["dak lak"]),
    (("đắk", "lắk"), (), TEXTS["Đắk Lắk"]),
    (("cà", "mau"), (), TEXTS["Cà Mau"]),
    (("điện", "biên"), (), TEXTS["Điện Biên"]),
    (("tinh", "7"), (), lambda n: n == 7),
    (("tinh", "7"), ("tình", "7"), lambda n: n == 7),
    (("gia", "lak"), (), lambda n: False),
]


def test_all_that_have_the_words_are_found_page_after_page_the_latest_first(filed: Sessions) -> None:
    for words, but, has in FOUND:
        expected = [number for number in range(COUNT, 0, -1) if has(number)]
        assert read(filed, Wanted(words, EVERY, but), PAGE) == expected, words
        articles = Wanted(words, (FindableKind.ARTICLE,), but)
        assert read(filed, articles, 7) == [number for number in expected if number % 5 == 0], words


def test_postgresql_walks_back_to_words_that_are_frequent_together_and_asks_its_index_for_others(
    filed: Sessions, engine: Engine
) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    always = engine.dialect.name == "sqlite"
    for words, asks_index in ((("gia", "lai"), always), (("cà", "mau"), True), (("tinh", "7"), True)):
        statements.clear()
        with filed() as session:
            read_latest(session, select(Findable), Wanted(words, EVERY), most=PAGE, before=None)
        assert any("@@" in one or "MATCH" in one for one in statements) is asks_index, words
        assert len(statements) <= (2 if always else 4), words


def test_a_search_of_one_kind_finds_its_latest_behind_any_number_of_others(
    filed: Sessions, engine: Engine
) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    with writing(filed) as session:
        session.add_all(
            Findable(kind=FindableKind.BRIEF, row_id=number, revision=number)
            for number in range(1, COUNT + 1)
        )
    alert, article = FindableKind.ALERT, FindableKind.ARTICLE
    for kinds, expected in (((alert,), [599, 598]), ((article,), [600, 595]), ((alert, article), [600, 599])):
        statements.clear()
        wanted = Wanted(("tỉnh", "số"), kinds)
        with filed() as session:
            found = [
                row.row_id for row in read_latest(session, select(Findable), wanted, most=PAGE, before=None)
            ]
        assert found == expected
        assert any("@@" in one or "MATCH" in one for one in statements) is (engine.dialect.name == "sqlite")
