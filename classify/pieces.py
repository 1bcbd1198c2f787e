"""A sentence as sparse counts: its words, its letter groups, and its frame, in which only common words keep their text.

The frame shows how a sentence is built whatever it is about: `X is not x but x`, `# -s of the x were -ed`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.words import fold_tones

WIDTHS = {"words": 2**17, "letters": 2**17, "frames": 2**16}
"""Columns of each kind of piece; pieces are hashed to them."""
_WORD = re.compile(r"\b\w+\b|[!?%]")
_TOKEN = re.compile(r"[$€£]?\d[\d.,]*%?|[^\W\d_]+(?:['’][a-z]+)?|[^\w\s]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ENDINGS = ("tion", "ment", "ness", "ing", "ed", "ly", "er", "est", "es", "s", "al", "ive", "ity", "ous")


def count_pieces(sentences: Sequence[str], common: frozenset[str]) -> dict[str, Any]:
    """Sparse 0/1 rows by kind of piece: words and word pairs, groups of 2 to 5 letters, runs of 1 to 4 of the frame."""
    from sklearn.feature_extraction.text import HashingVectorizer

    folded = [fold_tones(sentence) for sentence in sentences]
    frames = [frame_sentence(sentence, common) for sentence in sentences]

    def hashing(kind: str, **how: Any) -> Any:
        return HashingVectorizer(
            n_features=WIDTHS[kind], norm=None, alternate_sign=False, binary=True, lowercase=False, **how
        )

    words = hashing("words", ngram_range=(1, 2), tokenizer=_WORD.findall, token_pattern=None)
    letters = hashing("letters", analyzer="char_wb", ngram_range=(2, 5))
    runs = hashing(
        "frames", ngram_range=(1, 4), tokenizer=_as_it_is, preprocessor=_as_it_is, token_pattern=None
    )
    return {
        "words": words.transform(folded),
        "letters": letters.transform(folded),
        "frames": runs.transform(frames),
    }


def frame_sentence(sentence: str, common: frozenset[str]) -> list[str]:
    """The sentence's tokens, where figures, names and words that are not in `common` stand as their kind."""
    frame = ["^"]
    for index, token in enumerate(_TOKEN.findall(sentence)):
        word = fold_tones(token)
        if word in common:
            frame.append(word)
        elif any(character.isdigit() for character in token):
            frame.append(_kind_of_figure(token))
        elif token[0].isupper() and index:
            frame.append("X")
        else:
            ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) > len(e) + 2), "")
            frame.append(f"-{ending}" if ending and word.isascii() else "x")
    return [*frame, "$"]


def find_common(sentences: Iterable[str], size: int) -> frozenset[str]:
    """The `size` most frequent tokens of the sentences, figures apart."""
    counted = Counter(fold_tones(token) for sentence in sentences for token in _TOKEN.findall(sentence))
    words = (word for word in counted if not any(character.isdigit() for character in word))
    return frozenset(sorted(words, key=lambda word: (-counted[word], word))[:size])


def weigh_pieces(counted: Mapping[str, Any], rarity: Mapping[str, NDArray[np.float32]]) -> Any:
    """The kinds side by side in one sparse matrix, each piece weighted by its rarity, each kind to unit length."""
    from scipy.sparse import hstack
    from sklearn.preprocessing import normalize

    return hstack(
        [
            normalize(counted[kind].astype(np.float32).multiply(rarity[kind]).tocsr(), copy=False)
            for kind in WIDTHS
        ]
    ).tocsr()


def measure_rarity(counted: Mapping[str, Any]) -> dict[str, NDArray[np.float32]]:
    """How rare each column is among the counted sentences, as its smoothed inverse document frequency."""
    rarity = {}
    for kind, rows in counted.items():
        documents = np.asarray(rows.sum(axis=0)).ravel()
        rarity[kind] = np.asarray(np.log((1.0 + rows.shape[0]) / (1.0 + documents)) + 1.0, dtype=np.float32)
    return rarity


def _kind_of_figure(token: str) -> str:
    if token.endswith("%"):
        return "#%"
    if token[0] in "$€£":
        return "#$"
    return "#year" if _YEAR.fullmatch(token) else "#"


def _as_it_is(tokens: Any) -> Any:
    return tokens
