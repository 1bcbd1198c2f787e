"""Things that bear a name beside what they are: hồ Khe Sến, Trường THCS Lý Tự Trọng, the Ngang bridge.

Only what stands in one place. Offices and companies have initials and legal forms, and too many names for one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from classify.reading import Reading
from classify.words import fold_spelling, spelled_set, strip_diacritics


@dataclass(frozen=True, slots=True)
class Bearer:
    """What it is, the words of its name without marks, and the number of its sentence."""

    what: str
    name: frozenset[str]
    sentence: int


_THINGS = frozenset(
    {
        "hồ", "hồ chứa", "hồ chứa nước", "cầu", "đường", "phố", "sông", "suối", "núi", "đập", "cảng", "chợ", "trường",
        "bệnh viện", "nhà máy", "bến", "bến phà", "phà", "sân bay", "hầm", "đảo", "rừng", "chùa", "đền", "khách sạn",
        "khu công nghiệp", "khu đô thị", "vườn quốc gia", "thủy điện", "mỏ", "vịnh", "hang", "thác",
        "bãi biển", "nhà ga", "tòa nhà", "bảo tàng", "sân vận động",
        "lake", "bridge", "river", "road", "street", "dam", "port", "market", "school", "hospital", "plant", "factory",
        "airport", "tunnel", "station", "park", "island", "mine", "hotel", "university", "museum", "reservoir",
        "stadium",
    }
)  # fmt: skip
_FOLDED = {" ".join(map(fold_spelling, what.split())): what for what in _THINGS}
_LONGEST = 3
_SAME = {
    "hồ chứa": "hồ", "hồ chứa nước": "hồ", "bến phà": "phà", "lake": "hồ", "reservoir": "hồ", "bridge": "cầu",
    "river": "sông", "road": "đường", "street": "đường", "phố": "đường", "dam": "đập", "port": "cảng", "market": "chợ",
    "school": "trường", "university": "trường", "hospital": "bệnh viện", "plant": "nhà máy", "factory": "nhà máy",
    "airport": "sân bay", "tunnel": "hầm", "island": "đảo", "mine": "mỏ", "hotel": "khách sạn", "museum": "bảo tàng",
    "stadium": "sân vận động", "station": "nhà ga",
}  # fmt: skip
"""Two words for one thing, and the word of the other language."""
_NO_THING = frozenset(
    f"{before} {word}"
    for word, words in (
        ("phố", "thành khu"),
        ("trường", "thị môi lập công hiện quảng đấu chiến tuyên nông ngư lâm phim đô"),
        ("cầu", "toàn yêu nhu bóng địa thỉnh đá hoàn khẩn cân"),
        ("hồ", "đồng cơ"),
        ("đảo", "bán"),
        ("đường", "thiên con"),
    )
    for before in map(fold_spelling, words.split())
    for word in (fold_spelling(word),)
)
"""Words of two syllables that end as a thing does: thành phố, thị trường, nhu cầu."""
_ENGLISH = spelled_set(
    "lake bridge river road street dam port market school hospital plant factory airport tunnel station park island "
    "mine hotel university museum reservoir stadium"
)
_LINKS = spelled_set("học khoa")
"""Small words inside a name: Tiểu học Kim Đồng, Đa khoa Lam Kiều."""
_JOIN = re.compile(r"[ -]")


def find_bearers(reading: Reading) -> list[Bearer]:
    """All named things of a text, in order."""
    return [
        Bearer(_SAME.get(what, what), name, reading.sentence_of[word]) for what, name, word in _find(reading)
    ]


def is_same_name(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one name is the other, or the other with more words: THCS Lý Tự Trọng is Lý Tự Trọng."""
    return one <= other or other <= one


def _find(reading: Reading) -> Iterator[tuple[str, frozenset[str], int]]:
    folded, size = reading.folded, len(reading.folded)
    for start in range(size):
        for length in range(min(_LONGEST, size - start), 0, -1):
            what = " ".join(folded[start : start + length])
            if what not in _FOLDED or " ".join(folded[max(0, start - 1) : start + 1]) in _NO_THING:
                continue
            # Hồ in TP Hồ Chí Minh is part of a name.
            if not (
                _is_capital(reading, start)
                and start
                and _is_capital(reading, start - 1)
                and _joins(reading, start)
            ):
                after = _run(reading, start + length, 1)
                if after:
                    yield _FOLDED[what], _words(reading, after), start
            if what in _ENGLISH:
                before = _run(reading, start - 1, -1)
                if before:
                    yield _FOLDED[what], _words(reading, before), start
            break


def _run(reading: Reading, word: int, step: int) -> list[int]:
    """The capitalised words from a place on, forwards or backwards, joined by spaces or hyphens."""
    run: list[int] = []
    while 0 <= word < len(reading.folded) and _is_capital(reading, word):
        if not _joins(reading, word if step > 0 else word + 1):
            break
        run.append(word)
        word += step
        if step > 0 and word < len(reading.folded) and reading.folded[word] in _LINKS:
            word += 1
    if run and step < 0 and run[-1] == 0 and reading.folded[0] in ("the", "a", "at", "in"):
        run.pop()
    return run


def _joins(reading: Reading, word: int) -> bool:
    return _JOIN.fullmatch(reading.text, reading.ends[word - 1], reading.starts[word]) is not None


def _is_capital(reading: Reading, word: int) -> bool:
    return reading.text[reading.starts[word]].isupper()


def _words(reading: Reading, run: list[int]) -> frozenset[str]:
    return frozenset(strip_diacritics(reading.folded[word]) for word in run)
