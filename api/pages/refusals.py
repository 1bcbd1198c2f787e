"""Why something was refused, in the language of the page. What is raised stays English, as programs read it.

The tables give each English message, its parts named in braces, in Vietnamese with the same parts. The part's name says
how its value is put: a state, a role or a moment in words, a `reason` as a message of its own, all others as they are.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import singledispatch
from zoneinfo import ZoneInfo

from alerts import NotReady
from alerts.approval import Problem
from alerts.working_time import DEFAULT_ZONE
from api.pages.account_refusals import ACCOUNT_REFUSALS, ACTIONS
from api.pages.alert_refusals import ALERT_ACTS, ALERT_REFUSALS
from api.pages.brief_refusals import BRIEF_REFUSALS
from api.pages.refused_fields import FIELDS, NOUNS
from api.pages.request_refusals import REQUEST_REFUSALS
from api.pages.wording import Language, name_value, say
from api.problems import Explained

# No message stands in two of them: the later would silently win.
REFUSAL_TABLES = (ALERT_REFUSALS, BRIEF_REFUSALS, ACCOUNT_REFUSALS, REQUEST_REFUSALS)
REFUSALS: dict[str, str] = {english: words for table in REFUSAL_TABLES for english, words in table.items()}

_FAMILIES = {
    "state": "state",
    "allowed_states": "state",
    "language": "language",
    "role": "works_as",
    "outcome": "outcome",
    "dispute_state": "dispute",
    "report_state": "report",
    "subscription_state": "subscription",
}
_NAMED: dict[str, Mapping[str, str]] = {"noun": NOUNS, "action": ACTIONS, "act": ALERT_ACTS}
_PART = re.compile(r"\{(\w+)\}")
_OF_A_FIELD = re.compile(r"(?:[#\w./-]*[/.])?([a-z_]+)(?:[/.]\d+)*: (.+)", re.DOTALL)


# The one part that another follows with no word between.
_NOUN = "|".join(noun.replace(" ", "[ _]") for noun in sorted(NOUNS, key=len, reverse=True))


def _compile(english: str) -> re.Pattern[str]:
    texts_and_parts = enumerate(_PART.split(english))
    pieces = (_compile_part(piece) if number % 2 else re.escape(piece) for number, piece in texts_and_parts)
    return re.compile("".join(pieces), re.DOTALL)


def _compile_part(name: str) -> str:
    return f"(?P<{name}>{_NOUN if name == 'noun' else '.*?'})"


# Those with most words of their own first: "is disabled; resume it first" is no state.
_PATTERNS = [
    (_compile(english), words)
    for english, words in sorted(REFUSALS.items(), key=lambda one: -len(_PART.sub("", one[0])))
]


@singledispatch
def word_refusal(problem: object, language: Language) -> str:
    """A refusal for the person at the page; what has no words of its own stays English, and none is empty."""
    if not problem or language == "en":
        return str(problem or "")
    return _as_sentence(_word_message(str(problem)))


@word_refusal.register
def _word_not_ready(problem: NotReady, language: Language) -> str:
    if language == "en":
        return str(problem)
    return _as_sentence("; ".join(_word_problem(one) for one in problem.problems))


@word_refusal.register
def _word_explained(problem: Explained, language: Language) -> str:
    if language == "en":
        return problem.detail
    if len(problem.errors) < 2:
        return word_refusal(problem.detail, language)
    several = (f"{one.get('pointer') or one.get('parameter')}: {one['detail']}" for one in problem.errors)
    return _as_sentence("; ".join(map(_word_message, several)))


def _word_problem(problem: Problem) -> str:
    reason = name_value("problem", problem.kind, "vi")
    if problem.passage_id is not None:
        against = f": “{problem.statement}”" if problem.statement else ""
        return f"{say('passage_number', 'vi', id=problem.passage_id)} (“{problem.excerpt}”) {reason}{against}"
    if problem.position is None:
        return reason
    return f"{say('block', 'vi', number=problem.position)} (“{problem.excerpt}”) {reason}"


def _word_message(message: str) -> str:
    """A message in Vietnamese, that of a field after the field's label; itself where it is not known."""
    of_a_field = _OF_A_FIELD.fullmatch(message)
    # First: a message that begins with a part would take the field's name for that part.
    if of_a_field is not None and of_a_field[1] in FIELDS and (reason := _find_words(of_a_field[2])):
        return f"{FIELDS[of_a_field[1]]}: {reason}"
    words = _find_words(message)
    if words is not None or of_a_field is None:
        return message if words is None else words
    field, reason = of_a_field.groups()
    return f"{FIELDS.get(field, field)}: {reason}"


def _find_words(message: str) -> str | None:
    for pattern, words in _PATTERNS:
        if found := pattern.fullmatch(message):
            return words.format(
                **{part: _word_part(part, value) for part, value in found.groupdict().items()}
            )
    return None


def _word_part(part: str, value: str) -> str:
    if part == "moment":
        local = datetime.fromisoformat(value).astimezone(ZoneInfo(DEFAULT_ZONE))
        return local.strftime("%H:%M %d/%m/%Y")
    if part == "reason":
        return _find_words(value) or value
    if part in _NAMED:
        return _NAMED[part].get(value.replace("_", " "), value)
    if part in _FAMILIES:
        named = (name_value(_FAMILIES[part], one, "vi") for one in value.split(", "))
        return ", ".join(one[:1].lower() + one[1:] for one in named)
    return value


def _as_sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "…", "?", "!")) else ".")
