"""Cuts a sentence that states and then judges, so that what it states can be kept without what it thinks of it."""

from __future__ import annotations

import re

from classify.lexicon import IMAGE, JUDGEMENT, RHETORIC, SUPERLATIVE
from classify.markers import count_names, stop_by_rule
from classify.values import Span

FEWEST_WORDS = 5
_TURN = re.compile(
    r"\s*(?:[,;–—]|\s-)\s+(?=(?:nhưng|song|thế (?:mà|nhưng)|vậy mà|tuy nhiên|mà|và (?:đó|điều|chẳng|không|ai)|điều|"
    r"một (?:con số|mức|sự|điều|việc|thất bại|quyết định|kết quả|tỷ lệ|bước|kỷ lục|trò|cách)|con số|tỷ lệ|nghe|thật|đủ|"
    r"còn lâu|quá(?! (?:khứ|trình))|chẳng|đúng là|(?:đó|đây|thế) (?:là|mới|chỉ)|sự \w+(?: \w+)? (?:này|ấy|đó)|"
    r"(?:cách|lối|kiểu) (?!đây|mạng)\w+|(?:\w+ ){1,2}như (?:vậy|thế)|"
    r"but|yet|and (?:it|that|this|nobody|no one|not|yet|still|the|he|she|they|every\w+)|which|while|though|although|"
    r"an? (?!\w+ (?:old|long)\b)[\w-]+(?: [\w-]+)? (?:that|so|at best|which|of|by|to|for|nobody|nowhere)|"
    r"a (?:disgrace|scandal|shame|joke|farce|failure|mistake|figure|number|sum|step|gesture|record))(?!\w))"
    r"|(?<! do)(?<!nhờ)(?<! vì)\s+(?=(?:nhưng|thế mà|vậy mà|thế nhưng)\s)",
    re.IGNORECASE,
)
_TAKES_BACK = re.compile(
    r"(?:(?:but|yet|though|although) (?:(?:for|not|only (?:if|when)|in (?:fact|reality|truth)|actually)|"
    r"(?:it|this|that|they|he|she) (?:\w+ ){0,2}?(?:never|not|\w+n['’]t|false|untrue|denied))|"
    r"(?:nhưng|song|tuy nhiên|thế nhưng),? (?:(?:ngoại )?trừ|chỉ (?:khi|nếu)|thực tế|sự thật|thật ra|thực ra|kỳ thực|"
    r"(?:điều|việc|chuyện|tin)(?: đồn)? (?:này|đó|ấy) (?:là )?(?:không|chưa|sai|bịa)))(?!\w)",
    re.IGNORECASE,
)
"""After the turn what stood before it is denied, or holds for some alone: neither half says it without the other."""
_OPENS_ON_ANOTHER = re.compile(
    r"^\W*(?:dù|mặc dù|tuy|nếu|khi|giá|hễ|cứ|càng|vì|do|bởi|không phải|chẳng|chưa|although|though|if|when|"
    r"while|because|"
    r"unless|whatever|no matter|not|even|until|since|as|so)(?!\w)",
    re.IGNORECASE,
)
_OPENS_ON_WHEN = re.compile(
    r"^\W*(?:kể từ|từ (?:khi|sau)|sau(?: khi)?|trước(?: khi)?|trong khi|theo|với|"
    r"after|before|since|despite|during|with)(?!\w)",
    re.IGNORECASE,
)
_CONCEDES = re.compile(r"(?<!\w)(?:tuy|dù|mặc dù|thì có|albeit)(?!\w)", re.IGNORECASE)
"""In the middle of a clause: "xuống 75 tuy muộn nhưng …" says half of something."""
_FIGURE = re.compile(r"\d")
_LOADED = (JUDGEMENT, RHETORIC, SUPERLATIVE, IMAGE)


def cut_at_turn(sentence: str) -> tuple[Span, Span] | None:
    """The clause before the sentence turns to what its writer thinks, and the rest; None where it does not turn.

    The clause can stand alone: it opens with its own subject, has a figure or a name, and no word of judgement.
    """
    for turn in _TURN.finditer(sentence):
        if _TAKES_BACK.match(sentence, turn.end()):
            return None
        head, rest = Span(0, turn.start()), Span(turn.end(), len(sentence))
        if _stands_alone(head.of(sentence)):
            return head, rest
    return None


def turns_to_judgement(sentence: str) -> bool:
    """Whether a sentence states something and then says what to think of it."""
    cut = cut_at_turn(sentence)
    return cut is not None and is_loaded(cut[1].of(sentence))


def is_loaded(clause: str) -> bool:
    """Whether a clause judges: a rule stops it or it has a word of judgement, rhetoric, praise or image."""
    return stop_by_rule(clause) is not None or any(words.search(clause) for words in _LOADED)


def _stands_alone(clause: str) -> bool:
    if len(clause.split()) < FEWEST_WORDS or _OPENS_ON_ANOTHER.match(clause) or is_loaded(clause):
        return False
    if _CONCEDES.search(clause):
        return False
    if _OPENS_ON_WHEN.match(clause) and "," not in clause:
        return False
    if (
        clause.count("“") != clause.count("”")
        or clause.count('"') % 2
        or clause.count("(") != clause.count(")")
    ):
        return False
    return bool(_FIGURE.search(clause)) or count_names(clause) > 0
