"""What a text denies: which words it takes back, by "không", "bác bỏ tin", "never", "is false".

A denial reaches as far as its clause. What is conceded, excepted or told as a reason is no part of it, nor is what
"not only" and "not until" say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from classify.values import Span

_AFFIRMED = re.compile(
    r"(?<!\w)(?:(?:không|chẳng|chưa) phải(?: là)? (?:không|chưa|chẳng)|"
    r"(?:không|chẳng) (?:thể |ai |hề )?(?:phủ nhận|bác bỏ|chối cãi|nghi ngờ)(?: rằng)?|(?:không|chẳng) thể không|"
    r"(?:nobody|no one|none|cannot|not|never|n['’]t) (?:(?:can|could|would|has|have) )?"
    r"(?:den(?:y|ies|ied)|doubt(?:s|ed)?|disput(?:e|es|ed)|fail(?:ed)? to|without))(?!\w)",
    re.IGNORECASE,
)
"""Two denials that come to none: không phải là không, nobody denies."""
_AIR = (
    r"(?<!(?<!ngân )(?<!nhà )(?<!cửa )(?<!khách )(?<!mặt )(?<!đơn )(?<!bán )(?<!lô )hàng )"
    r"(?<!(?<!văn )(?<!căn )phòng )(?<!trên )"
)
"""Not after what makes không the air: hàng không is aviation, ngân hàng không a bank that does not."""
_NOT = re.compile(
    rf"(?<!\w)(?:{_AIR}(?<!số )(?<!nếu )(?<!hay )(?<!dù )(?:không|chưa|chẳng|chả)(?! (?:"
    # What it is no denial of: a bound, an exception, an attitude to what is so, and all things at once.
    r"chỉ|những|ngừng|ngớt|may|ngờ|kể|tính|bao gồm|gồm|riêng|dưới|quá|hơn|kém|ít|nhiều|đến|tới|đầy|biết|hiểu|nhớ|quên|"
    r"giấu|hài lòng|bất|ngạc nhiên|lường|lo|ai|gì|nơi|một|có (?:ai|gì|nơi|một)|"
    # Space and air, and kinds of things: không quân, tiền gửi không kỳ hạn.
    r"gian|khí|quân|lưu|phận|trung|chuyên|dây|kỳ hạn|người lái|nguy hại|hoàn lại|chính thức|gỉ|cồn|đường|lương|"
    r"thường (?:xuyên|trực)|phép|xác định|quốc tịch|thuế|có thuế)(?!\w))"
    r"|(?:đâu|làm gì|nào)(?= (?:có|phải)(?! chuyện))|(?:not|never|no longer|cannot|\w+n['’]t)(?! (?:only|just|merely|"
    r"least|all|every|surpris\w+|know\w*|realis\w*|more|less|fewer|over|below|under|above|to mention|any\w*|yet known)"
    r"(?!\w)))(?!\w)",
    re.IGNORECASE,
)
_STATEMENT = (
    r"(?:các |những |mọi )?(?:thông tin|tin|việc|chuyện|con số|cáo buộc|cho rằng|rằng|ý kiến|nhận định|tuyên bố|"
    r"quan điểm|đồn đoán)(?!\w)"
)
_SAID_NOT = re.compile(
    rf"(?<!\w)(?:bác(?: bỏ)?(?= {_STATEMENT})|phủ nhận|"
    r"(?:không(?: hề)?|làm gì|đâu|chẳng) có (?:chuyện|việc)|(?:không đúng|sai) (?:là|khi|rằng)|không thể nói|"
    r"(?:reject|refut|dismiss|deni)(?:ed|es|s)(?= (?:(?:a|the|any|media|news) )*(?:claim|report|rumou?r|suggestion|"
    r"allegation|that|it|having|\w+ing))|(?:not true|untrue|false|not the case|no truth in\w*) that)(?!\w)",
    re.IGNORECASE,
)
"""What takes a whole statement back, with the clause that tells it."""
_FALSE_AFTER = re.compile(
    r"^\W*(?:(?:thông tin|tin|việc|chuyện|con số|nói|cho rằng|bảo)(?!\w)|(?:the |a |any )?(?:claim|report|rumou?r|idea|"
    r"suggestion|story|figure|allegation)s?(?!\w))(?:[^.;!?…\n]|\.(?=\d))*?(?P<word>(?<!\w)(?:(?:là |đều |hoàn toàn )*"
    r"(?:không (?:đúng|chính xác|có thật|có cơ sở)|sai(?! (?:số|phạm|sót))|bịa đặt|thất thiệt)|"
    r"(?:is|are|was|were) (?:not (?:true|correct|accurate)|false|untrue|wrong|incorrect|fake|unfounded|baseless|"
    r"denied|rejected|dismissed))(?!\w))",
    re.IGNORECASE,
)
_FIGURE_IS_NOT = re.compile(
    r"^\W*(?=[\d$€£])(?:[^,;:.!?\n]|[.,](?=\d)){1,30}? "
    r"(?P<word>(?:không|chưa) phải(?: là)?|(?:is|are|was|were) not (?=the|its|their))(?!\w)",
    re.IGNORECASE,
)
_ENDS = (
    r"[;:.!?…\n](?=\s|$)|,(?=\s)|[()–—]|(?<!\w)(?:nhưng|song|mà|và|vì|bởi|nên|khi|lúc|nếu|dù|tuy|trong khi|cho đến|"
    r"cho tới|đến tận|trước|thay vì|ngoài ra|chỉ|but|and|while|because|although|though|when|if|unless|until|till|"
    r"before|by the|instead|which|who|whose|only|so|after (?=\w+ing))(?!\w)"
)
_CLAUSE_END = re.compile(_ENDS, re.IGNORECASE)
_THING_END = re.compile(rf"{_ENDS}|(?<!\w)(?:trong|ở|tại|qua|giữa|sau)(?!\w)", re.IGNORECASE)
"""Where what is not there ends: in how many fires nobody was hurt, is not denied."""
_HAS = re.compile(r"(?: hề| từng)? có(?!\w)", re.IGNORECASE)
_SENTENCE_START = re.compile(r"(?:^|(?<=[.!?…\n])\s+)(?=\S)")
_EVERY = re.compile(r"(?<!\w)(?:ai|nào|gì|bất kỳ|bất cứ|any\w*|either)(?!\w)", re.IGNORECASE)
"""What makes a denial one of everything: nobody was hurt in the 63 fires. The figure is then not what is denied."""


@dataclass(frozen=True, slots=True)
class Denial:
    """The words that deny, and the words that they take back."""

    word: Span
    scope: Span


@lru_cache(maxsize=1_000)
def find_denials(text: str) -> tuple[Denial, ...]:
    """All denials of a text in order; two that come to none are none."""
    after = list(_find_after(text))
    taken = [*find_affirmed(text), *(one.word for one in after)]
    before = []
    for pattern in (_SAID_NOT, _NOT):
        for match in pattern.finditer(text):
            word = Span(*match.span())
            if any(word.start < span.end and span.start < word.end for span in taken):
                continue
            taken.append(word)
            scope = _scope_of(text, word)
            if not _EVERY.search(text, scope.start, scope.end):
                before.append(Denial(word, scope))
    return tuple(sorted((*before, *after), key=lambda one: one.word))


def find_affirmed(text: str) -> list[Span]:
    """Where two denials come to none."""
    return [Span(*match.span()) for match in _AFFIRMED.finditer(text)]


def _find_after(text: str) -> Iterator[Denial]:
    """Denials that follow what they take back, from the head of their sentence."""
    for start in (match.end() for match in _SENTENCE_START.finditer(text)):
        for pattern in (_FALSE_AFTER, _FIGURE_IS_NOT):
            match = pattern.match(text[start:])
            if match is not None:
                word = Span(start + match.start("word"), start + match.end("word"))
                yield Denial(word, Span(start, word.start))


def _scope_of(text: str, word: Span) -> Span:
    end = (_THING_END if _HAS.match(text, word.end) else _CLAUSE_END).search(text, word.end)
    return Span(word.end, end.start() if end else len(text))
