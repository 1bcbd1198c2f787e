"""What is aimed at, forecast or proposed, beside what came about: a plan for 8 % and an outcome of 7 % are both so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from classify.alignment import Alignment
from classify.values import Difference, Span

BEFORE = 60
AFTER = 24
"""Letters between a word for an aim and what it aims at, where it stands before that and after it."""
_AIM = re.compile(
    r"(?<!\w)(?:mục tiêu|(?<![\d%] )chỉ tiêu(?! (?:tuyển|xét))|kế hoạch|dự kiến|dự báo|dự đoán|phấn đấu|"
    r"hướng (?:tới|đến)|đề xuất|đề nghị|kiến nghị|kỳ vọng|chủ trương|hứa(?! hẹn)|cam kết|dự toán|theo thiết kế|"
    r"công suất thiết kế|"
    r"(?:aim|hope|plan|expect|propose|forecast|target|project|predict|intend|pledge|promise)(?:s|ed|d|ing|ned)?|"
    r"planning|goals?|scheduled to|due to)(?!\w)",
    re.IGNORECASE,
)
_NO_AIM = re.compile(
    r"(?<!\w)(?:(?:đạt|đạt được|hoàn thành|thực hiện|vượt|(?:cao hơn |thấp hơn )?so với|hơn|thấp hơn|cao hơn|bằng|đúng)"
    r"(?: \d+(?:[.,]\d+)?%)?(?: các| những)? (?:mục tiêu|kế hoạch|chỉ tiêu|dự kiến|dự báo|kỳ vọng)|"
    r"(?:bộ|sở|phòng) kế hoạch|kế hoạch và đầu tư|mục tiêu quốc gia|người (?:đề xuất|đề nghị|kiến nghị)|"
    r"projects?(?= (?:in|at|on|of|was|were|is|has|had|costs?|covers?|employs?|worth)(?!\w))|"
    r"(?:met|exceeded|beat|missed|above|below|than)(?: \w+)? (?:targets?|goals?|plan(?:ned)?|forecasts?|expected)|"
    r"(?:met|kept|honou?red|broke|fulfilled)(?: \w+)? (?:pledge|promise)s?|"
    r"(?:the|this|a|each|\w+ing) (?:project|plan)s?|due to)(?!\w)",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"(?<!\w)(?:sẽ|sắp|chuẩn bị|(?:năm|năm học|mùa|kỳ|quý|tháng|tuần|thời gian) tới|năm sau|được thiết kế|will|would|"
    r"shall|is to|are to|designed (?:to|for)|next (?:year|month|week|quarter|season))(?!\w)",
    re.IGNORECASE,
)
_OUTCOME = re.compile(
    r"(?<!\w)(?:nhưng|song|tuy nhiên|thực tế|thực hiện|chỉ đạt|đã|đến nay|but|however|actually|while|only|"
    r"(?<!to )(?:has|have|had)(?! been)|killed|killing|injured|injuring|collapsed)(?!\w)",
    re.IGNORECASE,
)
_BESIDES = re.compile(
    r"(?:^|(?<=[.!?…\n]))\s*(?:với|nhờ|nhằm|nằm trong|thực hiện|sau khi|bất chấp|trái với|bác|không|with|thanks to|"
    r"despite|after|as part of)(?!\w)[^,.;:!?\n]*,|"
    r"(?<=,) (?:vốn|từng|được (?:đề xuất|đề nghị|kiến nghị|dự báo)|who|which|proposed|forecast)(?!\w)"
    r"[^,.;:!?\n]*,",
    re.IGNORECASE,
)
"""A clause that opens a sentence, or is put in, and says something besides: what follows its comma is not aimed at."""
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)|\n")
_CLAUSE_END = re.compile(r"[,;:](?=\s)")
_STRONG = frozenset({"number", "date", "negation", "opposite"})


def is_aim_beside_outcome(alignment: Alignment, differing: Sequence[Difference]) -> bool:
    """Whether all that contradicts is aimed at, forecast or proposed in one text, and in the other has come about.

    What a text says of times ahead, without a word for an aim, is of either kind.
    """
    claim, passage = alignment.claim.text, alignment.evidence.text
    answer = _answering_sentence(alignment)
    start = Span(answer.start, answer.start)
    strong = [d for d in differing if d.kind in _STRONG]
    return bool(strong) and all(
        _is_other(claim, d.claim or Span(0, len(claim)), passage, d.passage or start) for d in strong
    )


def _is_other(claim: str, here: Span, passage: str, there: Span) -> bool:
    """Whether one is aimed at, and the other text has no word for an aim, nor for times ahead where it answers."""
    if is_aimed(claim, here):
        return not _AIM.search(passage) and not _AHEAD.search(_sentence_around(passage, there).of(passage))
    return is_aimed(passage, there) and not _AIM.search(claim) and not _AHEAD.search(claim)


def is_aimed(text: str, place: Span) -> bool:
    """Whether what a text says at a place is aimed at. That an aim was met or missed has come about."""
    sentence = _sentence_around(text, place)
    reached = [match.span() for match in _NO_AIM.finditer(text)]
    reached += [match.span() for match in _BESIDES.finditer(text) if match.end() <= place.start]
    for match in _AIM.finditer(text, sentence.start, sentence.end):
        if any(start <= match.start() and match.end() <= end for start, end in reached):
            continue
        if place.end <= match.start() <= place.end + AFTER:
            if not _CLAUSE_END.search(text, place.end, match.start()):
                return True
        elif (place.start - BEFORE <= match.end() and match.start() < place.end) and not _OUTCOME.search(
            text, match.end(), max(match.end(), place.start)
        ):
            return True
    return False


def _sentence_around(text: str, place: Span) -> Span:
    before = [match.end() for match in _SENTENCE_END.finditer(text, 0, place.start)]
    after = _SENTENCE_END.search(text, max(place.start, place.end - 1))
    return Span(before[-1] if before else 0, after.start() if after else len(text))


def _answering_sentence(alignment: Alignment) -> Span:
    """The sentence of the passage that answers most of the claim's words."""
    evidence = alignment.evidence
    answers = [evidence.sentence_of[j] for j in alignment.answered if j >= 0]
    if not answers:
        return Span(0, 0)
    best = max(sorted(set(answers)), key=answers.count)
    words = [j for j, number in enumerate(evidence.sentence_of) if number == best]
    return Span(evidence.starts[words[0]], evidence.ends[words[-1]])
