"""Passwords: what may be one, the hash that is kept of it, and whether one is right.

The rules are those of NIST SP 800-63B-4: length counts and composition does not; a password that others are known to
use, or that is made of one's own name, is refused; nothing expires by itself.
"""

import hashlib
import os
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session
from zxcvbn import zxcvbn

from alerts import Invalid
from models import User, fold, nfc

SHORTEST = 15
LONGEST = 128
# A guesser who tries the likeliest first needs more than this many; "Vietnam@2026!" and a name with a year need fewer.
_FEWEST_GUESSES = 10**10
# What the estimator, made for English, would not think of.
_LIKELY = (
    "dinhchinh",
    "matkhau",
    "vietnam",
    "hanoi",
    "saigon",
    "hochiminh",
    "anhyeuem",
    "emyeuanh",
    "cuatoi",
    "xinchao",
    "giadinh",
    "tinhyeu",
    "hanhphuc",
    "bacho",
    "phongthongtin",
)
_LONGEST_ESTIMATED = 72
_SHORTEST_WORD = 5
_PART = re.compile(r"[^\W_]+")
_YEAR = "(?:19|20)[0-9]{2}"
_SIGN = re.compile(r"[^\w\s]|_")

# OWASP's second choice of equal strength, about 60 ms on a small server; the library's default took 500 ms under
# load. Two at a time, so that a flood of sign-ins cannot take all memory and both cores.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class LeakedPasswords:
    """A file of SHA-1 digests of passwords that were once published, sorted, one a line, a count after a colon.

    That is the form in which the largest collections are given out. It is searched where it lies: a file of 40 GB
    costs some thirty reads.
    """

    file: Path

    def __contains__(self, password: str) -> bool:
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        with self.file.open("rb") as reader:
            low, high = 0, reader.seek(0, os.SEEK_END)
            # The line that is looked for begins in [low, high).
            while low < high:
                middle = (low + high) // 2
                reader.seek(max(middle - 1, 0))
                if middle > 0:
                    reader.readline()
                start = reader.tell()
                line = reader.readline()[:40].upper()
                if start >= high or not line or line > wanted:
                    high = middle
                elif line < wanted:
                    low = reader.tell()
                else:
                    return True
        return False


def hash_password(
    password: str, *, email: str = "", name: str = "", leaked: LeakedPasswords | None = None
) -> str:
    """The Argon2id hash of a password that follows the rules. Raises Invalid."""
    password = _prepare(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("password", f"must have {SHORTEST} to {LONGEST} characters")
    if count_guesses(password, email=email, name=name) < _FEWEST_GUESSES:
        raise Invalid(
            "password", "is too easy to guess; four or five words that do not belong together are not"
        )
    if leaked is not None and password in leaked:
        raise Invalid("password", "is in a published list of passwords that were stolen elsewhere")
    with _AT_ONCE:
        return _HASHER.hash(password)


def count_guesses(password: str, *, email: str = "", name: str = "") -> float:
    """How many guesses it takes somebody who knows the usual passwords, and whose password this is."""
    own = [part for text in (email, name) for part in _PART.findall(text)]
    known = [*_LIKELY, email, name, *map(_join, (email, name)), *own, *map(fold, own)]

    def estimate(form: str) -> float:
        return float(zxcvbn(form[:_LONGEST_ESTIMATED], user_inputs=known)["guesses"])

    # Ten guesses for each sign, as the estimator has it for what it does not know: by lot they are drawn as well.
    signs = len(set(_SIGN.findall(password)))
    return min(
        estimate(password), estimate(fold(password)), estimate(_undecorate(password, known)) * 10.0**signs
    )


def _undecorate(password: str, known: Iterable[str]) -> str:
    """A password without accents, punctuation and what it says again.

    A part that stands there twice adds nothing, and neither do a year and a second word after one of those that
    everybody would try here: the estimator takes "Vietnam@2026!Vietnam" for its punctuation, and four such words for
    any four.
    """
    bare = "".join(dict.fromkeys(_PART.findall(fold(password))))
    # Shorter ones, as the name An, are inside of ordinary words.
    words = sorted(
        {_join(word) for word in known if len(_join(word)) >= _SHORTEST_WORD}, key=len, reverse=True
    )
    first = re.search("|".join(words), bare)
    if first is None:
        return bare
    return bare[: first.end()] + re.sub("|".join([*words, _YEAR]), "", bare[first.end() :])


def _join(text: str) -> str:
    return "".join(_PART.findall(fold(text)))


def check_password(session: Session, email: str, password: str) -> User | None:
    """The active account that this address and password belong to. It takes as long when there is none."""
    query = select(User).where(User.email == written_email(email))
    # No address holds NUL, and PostgreSQL fails when asked for one.
    user = None if "\0" in email else session.scalar(query)
    fits = is_password_of(user, password)
    return user if user is not None and fits and user.is_active else None


def written_email(email: str) -> str:
    """An address as accounts have it, however it was typed."""
    return nfc(email.strip()).casefold()


def is_password_of(user: User | None, password: str) -> bool:
    """Whether this is the account's password."""
    expected = (user.password_hash if user else None) or _NOBODY
    try:
        with _AT_ONCE:
            _HASHER.verify(expected, _prepare(password)[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return user is not None and user.password_hash is not None


def _prepare(password: str) -> str:
    # The same password typed on a Mac and on a PC differs in normalisation only.
    return unicodedata.normalize("NFKC", password)


# Verified against when there is no such account; nobody knows its password.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(32))
