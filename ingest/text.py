"""Text as it is kept: NFC, without what nobody sees and a database may refuse."""

import re
import unicodedata

# Control characters and lone surrogates, which JSON can spell, and the invisible marks of line breaking.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\u00a0]+")


def one_line(text: str) -> str:
    """The text on one line, single spaces between words."""
    return unicodedata.normalize("NFC", " ".join(_UNSEEN.sub("", text).split()))


def paragraphs(text: str) -> str:
    """The text with one paragraph a line and no blank lines."""
    seen = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    lines = (_SPACES.sub(" ", line).strip() for line in seen.splitlines())
    return "\n".join(line for line in lines if line)
