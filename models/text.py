"""Forms of a text: as written (NFC), folded, for finding Vietnamese typed without its marks, and as worded."""

import re
import unicodedata

_WORDING = re.compile(r"-?\d+(?:[.,:/]\d+)*|\w+|[\"?%$€£]")
_SAME_MARK = str.maketrans("“”„‟«»−–—", '""""""---')


def nfc(text: str) -> str:
    """The text in Unicode NFC, the only form that is stored; spans are offsets into it."""
    return unicodedata.normalize("NFC", text)


class _Marks(dict[int, int | str | None]):
    """What becomes of each character of a decomposed text: marks go, đ is d. Filled as characters are met."""

    def __missing__(self, code: int) -> int | None:
        self[code] = kept = None if unicodedata.category(chr(code)) == "Mn" else code
        return kept


_MARKS = _Marks({ord("đ"): "d"})


def fold(text: str) -> str:
    """Lower case without marks: "Đại học" becomes "dai hoc".

    Done here and not by the database because đ has no decomposition, so SQLite's remove_diacritics keeps it.
    """
    return unicodedata.normalize("NFD", text.casefold()).translate(_MARKS)


def wording(text: str) -> list[str]:
    """What a text says, in order: its words, its numbers, and the marks that change what a sentence says.

    Two texts with the same wording differ at most in white space, capitals, stops and typography. What stands
    inside a number counts, and so does a quotation mark, which makes the words somebody else's.
    """
    return _WORDING.findall(text.translate(_SAME_MARK).casefold())
