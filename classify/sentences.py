"""Splits Vietnamese and English news text into sentences, as offsets into the text it was given."""

from __future__ import annotations

import re

from classify.values import Span
from classify.words import word_set

# A full stop after one of these belongs to the word. Folded to lower case, without the stop.
_ABBREVIATIONS = word_set(
    # Vietnamese titles, places and offices
    "tp q p tx tt h x st th ths ts tskh pgs gs bs bsck ds ks cn ls nsnd nsưt ncs đc đh tw tr nxb vd "
    # English titles, ranks, offices, months, references
    "mr mrs ms dr prof sr jr gen col lt sgt capt cmdr maj adm sen rep gov pres hon rev st mt vs etc fig al "
    "inc ltd corp co bros dept est approx vol tel cty jan feb mar apr jun jul aug sep sept oct nov dec e.g i.e "
    # French and German, for foreign pages
    "mme mlle z.b bzw"
)
# These stand before a name; before a word that opens sentences they were the last word of theirs.
_BEFORE_NAMES = word_set("tp tx tt đh tw jr sr h p q x")
_BEFORE_NUMBERS = word_set("no nos tr ca nr art sec km")
# After an initialism (U.S., a.m.) or a single letter a sentence ends only before a word that opens sentences.
_OPENERS = word_set(
    "the a an it its he she they we i in on at but and this that these those there his her their when "
    "while after "
    "before as by for from if however meanwhile about more most some many theo trong ngoài tại tuy nhưng "
    "đây đó ông "
    "bà anh chị họ khi qua lúc hôm vụ được có không sau trước hiện ngày năm các những một để với từ đến vì do nếu"
)
_STOP = re.compile(r"[.!?…]+[\"'”’»›)\]]*|[。！？]+[」』”]*|\n+")
_LAST_WORD = re.compile(r"[^\s\"“”‘’«»()\[\]]+$")
_INITIALISM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$|[A-ZĐ]$")
# A lone letter that is no initial: a unit after a figure, the name of a group or grade.
_LETTERED = re.compile(
    r"(?:\d|(?:^|\s)(?:bảng|nhóm|hạng|khối|lớp|loại|khu|lô|phương án|điểm|vitamin|viêm gan|cúm|độ|"
    r"group|gruppe|groupe|grade|class|hepatitis|plan|option|serie))\s+[A-ZĐ]$",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(r"[\"“‘«‹(\[\-–—\s]*([^\W_]+)")
# Two words of which only the first is capitalised: a sentence opens, where `Bà Rịa` and `Từ Sơn` are names.
_PLAIN = re.compile(r"\s+[^\W_]+\s+[^\W\d_](?<=[a-zà-ỹđ])")
_LIST_NUMBER = re.compile(r"[\s(\[]*(?:\d{1,3}|[IVX]{1,5}|[a-zA-Z])$")
_LIST_MARK = re.compile(r" *[a-zđ]\) ")
_GLUED = re.compile(r"[^\W\d_]{2}$")


def split_sentences(text: str) -> list[Span]:
    """Sentence spans in order, without surrounding white space; text between them is white space only.

    A line break ends a sentence (extracted text has one line a paragraph or headline), unless the line is
    wrapped: no stop before it and a lower-case letter after.
    """
    spans: list[Span] = []
    start = 0
    for stop in _STOP.finditer(text):
        if stop.start() >= start and _ends_sentence(text, start, stop):
            _append(spans, text, start, stop.end())
            start = stop.end()
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if any(c.isalnum() for c in text[start:end]):
        spans.append(Span(start, end))
    elif spans and start < end and "\n" not in text[spans[-1].end : start]:
        spans[-1] = Span(spans[-1].start, end)


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    mark, end = stop.group(), stop.end()
    following = text[end : end + 60]
    if mark[0] == "\n":
        return (
            len(mark) > 1
            or not following.lstrip(" ")[:1].islower()
            or bool(_LIST_MARK.match(following))
            or _is_stopped(text, start, stop.start())
        )
    if mark[0] in "。！？" or not following.strip():
        return True
    after = _NEXT_WORD.match(following)
    word = after.group(1) if after else ""
    if not following[0].isspace():
        return _is_glued(text, start, stop, word)
    if word[:1].islower():
        return False
    if mark.rstrip("\"'”’»›)]") != ".":
        return True
    return _ends_after_word(text, start, stop.start(), word, following)


def _is_stopped(text: str, start: int, end: int) -> bool:
    """Whether the line that ends at `end` ends a sentence, though the next one goes on in lower case."""
    line = text[start:end].rstrip()
    if line[-1:] in ("!", "?", "…"):
        return True
    return line.endswith(".") and _ends_after_word(text, start, start + len(line) - 1, "", "")


def _ends_after_word(text: str, start: int, at: int, word: str, following: str) -> bool:
    """Whether a plain full stop at `at` ends a sentence: not after an abbreviation, initial, or list number."""
    before = _LAST_WORD.search(text, start, at)
    last = before.group() if before else ""
    if last.lower() == "v.v":
        return True
    if last.lower() in _ABBREVIATIONS or last.lower().rpartition(".")[2] in _ABBREVIATIONS:
        return last.lower() in _BEFORE_NAMES and word.lower() in _OPENERS and bool(_PLAIN.match(following))
    if last.lower() in _BEFORE_NUMBERS and word[:1].isdigit():
        return False
    if _LIST_NUMBER.fullmatch(text[start:at]):
        return False
    if _INITIALISM.fullmatch(last) and not last.isdigit():
        return word.lower() in _OPENERS or bool(_LETTERED.search(text, start, at))
    return True


def _is_glued(text: str, start: int, stop: re.Match[str], word: str) -> bool:
    """A stop with no space after it ends a sentence only between two ordinary words: `kết thúc.Theo`."""
    if stop.group().rstrip("\"'”’»›)]") not in {".", "!", "?", "..."} or len(word) < 2:
        return False
    if not (word[0].isupper() and word[1:].islower()) or not text[stop.end()].isupper():
        return False
    before = _LAST_WORD.search(text, start, stop.start())
    last = before.group() if before else ""
    return bool(_GLUED.search(last)) and last.islower() and last not in _ABBREVIATIONS and "." not in last
