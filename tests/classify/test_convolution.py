"""The convolution over words that torch trains and numpy runs."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from classify.convolution import (
    ARRAYS_FILE,
    LONGEST,
    RUNS,
    WORDS_FILE,
    Convolution,
    Filters,
    load_convolution,
    look_up,
    pack_filters,
    place_words,
    split_words,
    unpack_filters,
)
from classify.encoder import WEIGHTS
from classify.errors import WeightsError
from classify.facts import FILES, load_claim_model
from classify.training.convolution import WordConvolution, find_words, fit_convolution

SENTENCES = [
    "We lost 3 million jobs in 1979.",
    "I think that we can do better!",
    "Taxes were cut by him, weren’t they, in the year of the flood of 1927, when nobody was watching the river?",
    "Jobs.",
    "Kangaroo",
    "",
    "the " * 60,
]
Fitted = tuple[np.ndarray, list[str], list[Filters]]
FACTS = ("They cut taxes in 1979", "He voted for the bill twice", "Crime fell by half last year")
VIEWS = ("I want a better country", "Let me say it once more", "You know what I mean by that")
OTHERS = ("Giá gạo tăng 5%", "The river rose in May")


@pytest.fixture(scope="module")
def words() -> list[str]:
    return find_words(SENTENCES * 2)


def network(words: list[str], seed: int) -> WordConvolution:
    torch.manual_seed(seed)
    start = torch.randn(len(words), 5)
    start[0] = 0.0
    return WordConvolution(start, filters=3).eval()


def filters(words: list[str], seed: int) -> Filters:
    return network(words, seed).read_filters()


def test_numpy_computes_what_torch_learned(words: list[str]) -> None:
    places = torch.zeros(len(SENTENCES), LONGEST, dtype=torch.long)
    for row, sentence in zip(places, SENTENCES, strict=True):
        found = look_up(sentence, place_words(words))
        row[: len(found)] = torch.tensor(found, dtype=torch.long)
    with torch.no_grad():
        expected = np.mean([network(words, seed)(places).numpy() for seed in (1, 2)], axis=0)
    said = Convolution(words, [filters(words, 1), filters(words, 2)]).score(SENTENCES)
    np.testing.assert_allclose(said, expected, atol=1e-5)
    assert len(set(said.tolist())) == len(SENTENCES)


def test_a_score_is_what_one_reckons_by_hand() -> None:
    words = ["", "<unknown>", "<figure>", "rose", "by"]
    vectors = np.array([[0.0], [1.0], [4.0], [2.0], [-1.0]], np.float32)
    # Of a run each word counts ten times the one before; the filter of single words alone starts at one half.
    kernels = tuple(np.array([[[10.0**k]] for k in range(run)], np.float32) for run in RUNS)
    biases = tuple(np.array([0.5 if run == 1 else 0.0], np.float32) for run in RUNS)
    one = Filters(vectors, kernels, biases, np.array([1.0, 1.0, 1.0, 1.0], np.float32), -7.0)
    score = Convolution(words, [one]).score(["Rose by 12", "by"])
    # One word: 4.5. Two: 40 - 1. Three, from one word before the sentence to one after: 2 - 10 + 400. Four: 20 - 100 + 4000.
    assert score.tolist() == [4.5 + 39.0 + 392.0 + 3920.0 - 7.0, -7.0]


def test_a_score_does_not_depend_on_the_sentences_beside_it(words: list[str]) -> None:
    convolution = Convolution(words, [filters(words, 1), filters(words, 2)])
    many = SENTENCES * 40
    alone = [convolution.score([sentence])[0] for sentence in SENTENCES]
    assert convolution.score(many).tolist() == alone * 40
    assert convolution.score([]).tolist() == []


def test_words_are_split_alike_however_the_apostrophe_is_set() -> None:
    assert split_words("It’s 1,200 Jobs") == ["it", "'", "s", "<figure>", ",", "<figure>", "jobs"]
    assert split_words("It's") == split_words("It’s")


def test_the_vocabulary_holds_the_words_that_come_again() -> None:
    assert find_words(["cut taxes", "cut 12 taxes", "cut spending 12"]) == [
        "", "<unknown>", "<figure>", "cut", "taxes",
    ]  # fmt: skip


def test_what_is_packed_comes_back_from_its_folder_in_half_precision(
    tmp_path: Path, words: list[str]
) -> None:
    members = [filters(words, 1), filters(words, 2)]
    save_file(pack_filters(members), tmp_path / ARRAYS_FILE)
    (tmp_path / WORDS_FILE).write_text(json.dumps(words), encoding="utf-8")
    shipped = Convolution(words, unpack_filters(pack_filters(members)))
    assert load_convolution(tmp_path).score(SENTENCES).tolist() == shipped.score(SENTENCES).tolist()
    np.testing.assert_allclose(
        shipped.score(SENTENCES), Convolution(words, members).score(SENTENCES), atol=0.02
    )


def test_a_vocabulary_that_does_not_fit_is_refused(tmp_path: Path, words: list[str]) -> None:
    save_file(pack_filters([filters(words, 1)]), tmp_path / ARRAYS_FILE)
    (tmp_path / WORDS_FILE).write_text('["", "<unknown>"]', encoding="utf-8")
    with pytest.raises(WeightsError, match=r"no vector for each word of vocabulary\.json"):
        load_convolution(tmp_path)


def test_weights_of_an_edition_without_the_convolution_are_refused_in_words(tmp_path: Path) -> None:
    for name in FILES[:3]:
        (tmp_path / name).touch()
    with pytest.raises(WeightsError, match=r"no vocabulary\.json, convolution\.safetensors; .* train again"):
        load_claim_model(tmp_path, {})


def fit(seed: int = 3, processes: int = 1) -> Fitted:
    texts = [*(f"{text} {n}" for n in range(20) for text in (*FACTS, *VIEWS)), *OTHERS]
    truth = np.array([*[1, 1, 1, 0, 0, 0] * 20, 1, 1])
    learned = np.array([*[True] * 120, False, False])
    fold = np.array([*np.repeat([0, 1], 60), 0, 1])
    return fit_convolution(
        texts, truth, fold, learned, WEIGHTS / "encoder", seed, processes=processes, members=2
    )


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit()


def test_what_was_not_seen_is_told_apart_by_what_was(
    fitted: Fitted,
) -> None:
    scores, words, members = fitted
    facts = np.array([*[1, 1, 1, 0, 0, 0] * 20], dtype=bool)
    assert scores[:120][facts].min() > scores[:120][~facts].max()
    assert len(members) == 2
    said = Convolution(words, members).score(["They voted for taxes", "Let me say what I want"])
    assert said[0] > said[1]


def test_no_word_is_learned_from_texts_that_do_not_teach(
    fitted: Fitted,
) -> None:
    assert {"taxes", "country"} <= set(fitted[1])
    assert not {"gạo", "river"} & set(fitted[1])


def test_the_same_comes_of_the_same_seed_in_any_number_of_processes(
    fitted: Fitted,
) -> None:
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    again = fit(processes=2)
    assert torch.equal(torch.rand(3), expected)
    assert again[0].tolist() == fitted[0].tolist()
    other = fit(seed=8)
    assert np.abs(other[0] - fitted[0]).max() > 0.01
