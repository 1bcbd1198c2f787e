"""Two forms of a text: as written (NFC) and folded, for finding Vietnamese typed without its marks."""

import unicodedata


def nfc(text: str) -> str:
    """The text in Unicode NFC, the only form that is stored; spans are offsets into it."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Lower case without marks: "Đại học" becomes "dai hoc".

    Done here and not by the database because đ has no decomposition, so SQLite's remove_diacritics keeps it.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn").replace("đ", "d")
