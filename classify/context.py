"""When a passage says it of another time or thing, or under a condition that the claim leaves out.

Three rules, all narrow on purpose. They never see a probability; `verify` asks them only about verdicts that they
could change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set

from classify.alignment import NEAR, Alignment, Gap
from classify.apart import read_qualifiers
from classify.bearers import Bearer, find_bearers, is_same_name
from classify.numbers import Quantity, comparable, same_quantity
from classify.opposites import SIBLINGS
from classify.parts import find_parts
from classify.reading import Reading
from classify.signals import context_answered
from classify.values import Difference, Span
from classify.words import strip_diacritics

BESIDE = 3
"""Words between a condition and what the passage says in answer to the claim."""
SAME_THING = 0.5
"""Share of the words around a figure that must be answered around the other, for both to be of one thing."""
COVERED = 0.7
"""Share of the claim's words, figures and dates apart, that must be answered for two times to be compared."""
COVERED_DAILY = 0.5
"""The same of what is told every day: yesterday's report of a price is never worded as today's."""
_CONDITION = re.compile(
    r"\b(?:ngoại trừ|trừ(?= (?:các|những|trường hợp|khi))|(?:không|chưa) (?:bao gồm|tính|kể)|với điều kiện|"
    r"trong trường hợp|nếu(?! không)|chỉ (?:áp dụng|dành|tính|khi|trong|đối với|với|cho)|"
    r"except|excluding|not including|provided that|unless|if|only (?:if|when|for|in))\b",
    re.IGNORECASE,
)
_DAILY = re.compile(
    r"(?<!\w)(?:(?:tỷ )?giá|lãi suất|chỉ số|vn-index|nhiệt độ|độ ẩm|mực nước|lượng mưa|phiên|(?:bán|mua) ròng|"
    r"ca (?:mắc|nhiễm|bệnh|tử vong)|prices?|rates?|index|temperatures?|(?:new )?cases|rainfall|(?:closed|ended) at)"
    r"(?!\w)",
    re.IGNORECASE,
)
_ONCE = re.compile(
    r"(?<!\w)(?<!\d )(?:vụ (?:cháy|nổ|ngộ độc|sập|lật|tai nạn|va chạm|sạt lở|rơi|đâm|xả súng|cướp)|"
    r"trận (?:động đất|lũ quét|đấu)|động đất|lật|chìm|lao xuống|lao vào|trật bánh|phiên tòa|thắng|thua|"
    r"landslide|fire|crash|earthquake|collapse|explosion|blast|shooting|trial|beat|capsized|sank)(?!\w)",
    re.IGNORECASE,
)
"""What happens once: who tells of it the day after says yesterday."""
AGES = frozenset({"age", "from age", "to age"})
"""Bounds of age say whom a figure is of in their own clause alone: a fare is of nobody's age who rides for nothing."""
_CLAUSE_END = re.compile(r"[,;:]\s")
_ABOUT = re.compile(r"(?:đối với|với|cho|riêng|trong|ở|theo|for|among|in|of)(?!\w)", re.IGNORECASE)
_COMPARED = re.compile(r"(?<!\w)(?:giống|như|khác|so với|hơn|than|like|unlike)\s+$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_END = re.compile(r"[,;.!?…\n]")


def left_out(alignment: Alignment) -> Difference | None:
    """The condition or exception beside the passage's answer, of which the claim has no word; None without one."""
    evidence = alignment.evidence
    if _CONDITION.search(alignment.claim.text):
        return None
    used = set(alignment.answered) - {-1}
    for match in _CONDITION.finditer(evidence.text):
        stop = _END.search(evidence.text, match.end())
        span = Span(match.start(), stop.start() if stop else len(evidence.text))
        inside = [j for j, start in enumerate(evidence.starts) if span.start <= start < span.end]
        marker = [j for j in inside if evidence.starts[j] < match.end()]
        said = [j for j in inside if j not in marker and evidence.content[j]]
        if len(said) < 2 or not used.isdisjoint(marker) or sum(j in used for j in said) * 4 > len(said):
            continue
        around = (*range(inside[0] - BESIDE, inside[0]), *range(inside[-1] + 1, inside[-1] + 1 + BESIDE))
        if any(j in used and evidence.sentence_of[j] == evidence.sentence_of[inside[0]] for j in around):
            end = evidence.ends[inside[-1]]
            return Difference(kind="context", claim=None, passage=Span(match.start(), end))
    return None


def another_time(alignment: Alignment) -> bool:
    """Whether the one figure and the one period that differ belong together: the same statistic of another time.

    A period is a year or a month, or the hour of a count that goes on. A figure of one day is of an event, and an
    event has one date; but prices, cases and the weather have a figure every day.
    """
    claim, evidence = alignment.claim, alignment.evidence
    daily = _DAILY.search(claim.text) is not None
    other = [
        alignment.answered[i] >= 0
        for i in range(len(claim.folded))
        if claim.content[i] and claim.kinds[i] not in "nd"
    ]
    if not other or sum(other) < (COVERED_DAILY if daily else COVERED) * len(other):
        return False
    figures = list(_conflicts(alignment, {"number"}))
    if len(figures) == 1 and _is_of_another_year(alignment, figures[0][1]):
        return True
    dates = list(_conflicts(alignment, {"date", "year", "time"}))
    if len(figures) != 1 or len(dates) != 1:
        return False
    if dates[0][0].kind == "date" and dates[0][1].day and not daily:
        return False
    return _sentence(evidence, figures[0][1]) == _sentence(evidence, dates[0][1])


def _is_of_another_year(alignment: Alignment, figure: Quantity) -> bool:
    """Whether the claim is of a year, and the passage, beside a sentence without one, of others alone."""
    claim, evidence = alignment.claim, alignment.evidence
    mine = [q for q in claim.quantities if q.year]
    theirs = [q for q in evidence.quantities if q.year]
    return (
        bool(mine and theirs)
        and all(q.day == 0 for q in mine)
        and {q.year for q in mine}.isdisjoint(q.year for q in theirs)
        and all(_sentence(evidence, figure) != _sentence(evidence, q) for q in theirs)
    )


def another_thing(alignment: Alignment) -> bool:
    """Whether a figure differs together with what it is of: the name or the goods beside it, the quarter, the district.

    What one bridge measures says nothing of another. A name that alone differs, or a figure, is a contradiction.
    """
    if (
        another_part(alignment)
        or another_side(alignment)
        or another_age(alignment)
        or another_bearer(alignment)
    ):
        return True
    places = [place for quantity, place in _open_places(alignment) if quantity.kind == "number"]
    beside = {j for start, end in places for j in range(start - NEAR, end + NEAR)}
    return bool(places) and any(
        _other_name(alignment, gap, beside) or _sibling(alignment, gap, beside) for gap in alignment.gaps
    )


def another_part(alignment: Alignment) -> bool:
    """Whether a differing figure's sentence says that it is of another part or time, and the claim's is nowhere.

    A date may be of another numbered part, a decree or a train; of another person or period it is a contradiction.
    Asks no word to be answered by an equal one, so that it holds across two languages.
    """
    claim, evidence = alignment.claim, alignment.evidence
    mine, theirs = read_qualifiers(claim.text), read_qualifiers(evidence.text)
    numbered = {kind for kind, *_ in find_parts(claim.text)}
    once = _tell_of_one_event(claim.text, evidence.text)
    open_places = _open_places(alignment)
    clauses = [_clause_of(evidence, start) for quantity, (start, _) in open_places]
    sentences = {
        has_date: _spans_of(evidence, {evidence.sentence_of[start] for quantity, (start, _) in open_places
                                       if has_date or quantity.kind not in ("date", "year")})
        for has_date in (False, True)
    }  # fmt: skip
    return any(
        _are_apart(mine[kind].keys(), theirs[kind].keys())
        and any(
            one.start < span.end and span.start < one.end
            for spans in theirs[kind].values()
            for span in spans
            for one in (clauses if kind in AGES else sentences[kind in numbered])
        )
        and not (once and kind == "day")
        # World Cup 2023 is no other one where the passage has the year, if not beside the name.
        and evidence.vocabulary.isdisjoint(which for which in mine[kind] if _YEAR.fullmatch(which))
        for kind in mine.keys() & theirs.keys()
    )


def another_side(alignment: Alignment) -> bool:
    """Whether every sentence with a differing number names a side of one of our lines, and none is the claim's.

    The passage may name the claim's side elsewhere: it rose by 5.2 %, and industry gave most.
    """
    evidence = alignment.evidence
    mine, theirs = read_qualifiers(alignment.claim.text), read_qualifiers(evidence.text)
    numbers = {start for quantity, (start, _) in _open_places(alignment) if quantity.kind == "number"}
    sentences = _spans_of(evidence, {evidence.sentence_of[start] for start in numbers})
    return bool(sentences) and any(
        all(named and named.isdisjoint(mine[kind]) for named in _named_in(evidence, sentences, theirs[kind]))
        for kind in mine.keys() & theirs.keys()
        if kind.startswith("line ")
    )


def _named_in(
    reading: Reading, sentences: Sequence[Span], sides: Mapping[str, Sequence[Span]]
) -> Iterator[set[str]]:
    """For each sentence, which sides it is of; what it compares with is none: unlike adults."""
    for sentence in sentences:
        yield {
            which
            for which, spans in sides.items()
            if any(
                sentence.start <= span.start < sentence.end
                and not _COMPARED.search(reading.text, max(0, span.start - 16), span.start)
                for span in spans
            )
        }


def _clause_of(reading: Reading, word: int) -> Span:
    """Where the clause of a word stands, from the sentence's head where that says whom or what it is about."""
    [sentence] = _spans_of(reading, {reading.sentence_of[word]})
    at = reading.starts[word]
    cuts = [cut.span() for cut in _CLAUSE_END.finditer(reading.text, sentence.start, sentence.end)]
    start = max((end for _, end in cuts if end <= at), default=sentence.start)
    end = min((start for start, _ in cuts if start >= at), default=sentence.end)
    return Span(sentence.start if _ABOUT.match(reading.text, sentence.start) else start, end)


def _are_apart(mine: Set[str], theirs: Set[str]) -> bool:
    """Whether neither names one of the other: "this month" may be any month that is named."""
    months = any(which.startswith("month ") for which in mine | theirs)
    return mine.isdisjoint(theirs) and not (months and "this time" in mine | theirs)


def _tell_of_one_event(claim: str, passage: str) -> bool:
    """Whether both name the same kind of event that happens once: vụ cháy, a trial."""
    mine, theirs = ({match.group().lower() for match in _ONCE.finditer(text)} for text in (claim, passage))
    return not mine.isdisjoint(theirs)


def another_bearer(alignment: Alignment) -> bool:
    """Whether a figure or date differs, and the passage names another lake, bridge or school than the claim does first.

    It is the same one where the passage has the name in any role.
    """
    evidence = alignment.evidence
    mine, theirs = find_bearers(alignment.claim), find_bearers(evidence)
    bare = frozenset(map(strip_diacritics, evidence.vocabulary))
    if not mine or mine[0].name <= bare or _names_same(mine, theirs):
        return False
    sentences = {evidence.sentence_of[start] for _, (start, _) in _open_places(alignment)}
    return any(
        other.what == mine[0].what and other.sentence <= sentence
        for other in theirs
        for sentence in sentences
    )


def _names_same(mine: Sequence[Bearer], theirs: Sequence[Bearer]) -> bool:
    """Whether the passage names what the claim names first; False where the claim names no such thing."""
    return bool(mine) and any(
        other.what == mine[0].what and is_same_name(mine[0].name, other.name) for other in theirs
    )


def another_age(alignment: Alignment) -> bool:
    """Whether the claim is of now, and the passage, where it answers, of an earlier time alone, or the reverse."""
    evidence = alignment.evidence
    mine, theirs = (
        {
            which: spans
            for which, spans in read_qualifiers(text).get("now", {}).items()
            if which != "in a year"
        }
        for text in (alignment.claim.text, evidence.text)
    )
    answering = _spans_of(evidence, {evidence.sentence_of[j] for j in alignment.answered if j >= 0})
    return (
        bool(mine and theirs)
        and mine.keys().isdisjoint(theirs.keys())
        and any(
            one.start < span.end and span.start < one.end
            for spans in theirs.values()
            for span in spans
            for one in answering
        )
    )


def _spans_of(reading: Reading, sentences: Set[int]) -> list[Span]:
    """Where sentences stand, by their numbers."""
    words = ([j for j, number in enumerate(reading.sentence_of) if number == one] for one in sentences)
    return [Span(reading.starts[inside[0]], reading.ends[inside[-1]]) for inside in words]


def _open_places(alignment: Alignment) -> list[tuple[Quantity, tuple[int, int]]]:
    """The passage's figures, with their words, that stand against one of the claim which the passage does not state.

    A number that names, and the date of a period in words, are none.
    """
    claim, evidence = alignment.claim, alignment.evidence
    figures = _counting(claim)
    others = _counting(evidence)
    return [
        (other, place)
        for other, place in others
        for figure, _ in figures
        if comparable(figure, other)
        and not any(same_quantity(figure, o) for o, _ in others)
        and not any(same_quantity(other, q) for q, _ in figures)
    ]


def _counting(reading: Reading) -> list[tuple[Quantity, tuple[int, int]]]:
    names = [
        span for which in read_qualifiers(reading.text).values() for spans in which.values() for span in spans
    ]
    return [
        (quantity, place)
        for quantity, place in zip(reading.quantities, reading.figures, strict=True)
        if not any(quantity.span.start < span.end and span.start < quantity.span.end for span in names)
    ]


def _sibling(alignment: Alignment, gap: Gap, beside: Set[int]) -> bool:
    """Whether things that exclude each other, rice and coffee, stand in each other's place, and nowhere else."""
    claim, evidence = alignment.claim, alignment.evidence
    mine, theirs = {key for key, *_ in claim.turns}, {key for key, *_ in evidence.turns}
    here = {
        key
        for key, start, end in claim.turns
        if gap.start <= start and end <= gap.end and not set(claim.kinds[start:end]) & set("nd")
    }
    there = {
        key
        for key, left, right in evidence.turns
        if gap.left <= left and right <= gap.right and left in beside
    }
    return any((there - mine) & SIBLINGS.get(key, frozenset()) for key in here - theirs)


def _other_name(alignment: Alignment, gap: Gap, beside: Set[int]) -> bool:
    """Whether the passage has a name among these words in the gap's place, and neither occurs on the other side."""
    claim, evidence = alignment.claim, alignment.evidence
    mine = [claim.folded[i] for i in range(gap.start, gap.end) if claim.kinds[i] == "N"]
    theirs = [
        evidence.folded[j]
        for j in range(gap.left, gap.right)
        if evidence.kinds[j] == "N" and j in beside and not _only_opens(evidence, j, gap.right)
    ]
    return (
        bool(mine and theirs)
        and evidence.vocabulary.isdisjoint(mine)
        and claim.vocabulary.isdisjoint(theirs)
        and strip_diacritics(" ".join(mine)) != strip_diacritics(" ".join(theirs))
        and not _is_beside_the_same(alignment, theirs)
    )


def _is_beside_the_same(alignment: Alignment, names: Sequence[str]) -> bool:
    """Whether names are of another bridge or road beside the one that claim and passage are of."""
    theirs = find_bearers(alignment.evidence)
    return _names_same(find_bearers(alignment.claim), theirs) and any(
        other.name.issuperset(map(strip_diacritics, names)) for other in theirs
    )


def _only_opens(reading: Reading, j: int, right: int) -> bool:
    """Whether a word is capitalised for opening a sentence, before a name that is not in question: Nhưng Hoàng Nam."""
    opens = not j or reading.sentence_of[j] != reading.sentence_of[j - 1]
    return opens and j + 1 == right < len(reading.folded) and reading.kinds[right] == "N"


def _conflicts(alignment: Alignment, kinds: set[str]) -> Iterator[tuple[Quantity, Quantity]]:
    """Each of the claim's quantities that the evidence does not state, with the one in its place."""
    claim, evidence = alignment.claim, alignment.evidence
    theirs = list(zip(evidence.quantities, evidence.figures, strict=True))
    for quantity, (start, end) in zip(claim.quantities, claim.figures, strict=True):
        if quantity.kind not in kinds or any(same_quantity(quantity, other) for other, _ in theirs):
            continue
        found = [
            (share, other)
            for other, place in theirs
            if (
                comparable(quantity, other)
                or (quantity.kind == "year" and other.kind == "date" and other.year)
            )
            and not any(same_quantity(other, mine) for mine in claim.quantities)
            and (share := context_answered(alignment, start, end, *place)) >= SAME_THING
        ]
        if found:
            yield quantity, max(found, key=lambda one: one[0])[1]


def _sentence(reading: Reading, quantity: Quantity) -> int:
    place = reading.figures[reading.quantities.index(quantity)]
    return reading.sentence_of[place[0]]
