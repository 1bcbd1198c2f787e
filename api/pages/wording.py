"""The words of the pages, Vietnamese and English. Labels speak of evidence only; nothing and nobody is judged."""

from typing import Literal

from api.pages.account_wording import ACCOUNT_VALUES, ACCOUNT_WORDS
from api.pages.brief_wording import BRIEF_WORDS
from api.pages.desk_wording import DESK_WORDS
from api.pages.keeping_wording import KEEPING_WORDS
from api.pages.public_wording import PUBLIC_VALUES, PUBLIC_WORDS
from api.pages.value_wording import DESK_VALUES
from api.pages.webhook_wording import WEBHOOK_VALUES, WEBHOOK_WORDS

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")

# key: (Vietnamese, English). No key stands in two of them: the later would silently win.
WORD_TABLES = (PUBLIC_WORDS, ACCOUNT_WORDS, WEBHOOK_WORDS, DESK_WORDS, KEEPING_WORDS, BRIEF_WORDS)
VALUE_TABLES = (PUBLIC_VALUES, ACCOUNT_VALUES, WEBHOOK_VALUES, DESK_VALUES)
WORDS = {key: phrase for table in WORD_TABLES for key, phrase in table.items()}
VALUES = {key: phrase for table in VALUE_TABLES for key, phrase in table.items()}


def say(key: str, language: Language, **values: object) -> str:
    """A phrase, filled in."""
    return WORDS[key][LANGUAGES.index(language)].format(**values)


def name_value(family: str, value: object, language: Language) -> str:
    """A row's value in words; one that has none stays as it is."""
    found = VALUES.get(f"{family}.{value}")
    return str(value) if found is None else found[LANGUAGES.index(language)]
