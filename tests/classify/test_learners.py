"""The small network that torch trains and numpy runs."""

from pathlib import Path

import numpy as np
import pytest
import torch

from classify.errors import WeightsError
from classify.network import Network, pack_networks, unpack_networks
from classify.scoring import HASHED, Scorer, hash_words, load_scorer
from classify.training.learners import fit_network

ROWS = 600


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(5)
    values = random.normal(size=(ROWS, 6)).astype(np.float32)
    return values, np.where(values[:, 0] > 0.4, 1, np.where(values[:, 1] > 0.0, 0, 2))


def fit(rows: tuple[np.ndarray, np.ndarray], seed: int) -> Network:
    return fit_network(*rows, np.ones(ROWS), seed)


def test_it_learns_what_can_be_learned_and_the_same_from_the_same_seed(
    rows: tuple[np.ndarray, np.ndarray],
) -> None:
    network = fit(rows, 3)
    said = network.predict_proba(rows[0])
    assert (said.argmax(axis=1) == rows[1]).mean() > 0.8
    np.testing.assert_allclose(said.sum(axis=1), 1.0)
    np.testing.assert_array_equal(said, fit(rows, 3).predict_proba(rows[0]))
    assert np.abs(said - fit(rows, 4).predict_proba(rows[0])).max() > 0.01


def test_training_leaves_the_random_numbers_of_others_alone(rows: tuple[np.ndarray, np.ndarray]) -> None:
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    fit(rows, 3)
    assert torch.equal(torch.rand(3), expected)


def test_a_rows_probabilities_do_not_depend_on_the_rows_beside_it(
    rows: tuple[np.ndarray, np.ndarray],
) -> None:
    features = rows[0]
    linear, bias = np.zeros((3, HASHED), np.float32), np.zeros(3, np.float32)
    scorer = Scorer(linear, bias, [], [fit(rows, 3)])
    bags = hash_words([[]] * ROWS)
    together = scorer.score(features[:, :3], bags)
    alone = [scorer.score(features[k : k + 1, :3], bags[k : k + 1])[0] for k in range(0, ROWS, 7)]
    np.testing.assert_array_equal(together[::7], alone)


def test_weights_of_an_edition_without_networks_are_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "linear.safetensors").touch()
    (tmp_path / "trees.skops").touch()
    with pytest.raises(WeightsError, match=r"no networks\.safetensors; .* train again"):
        load_scorer(tmp_path)


def test_what_is_packed_comes_back_and_an_odd_row_cannot_run_away(
    rows: tuple[np.ndarray, np.ndarray],
) -> None:
    networks = [fit(rows, 3), fit(rows, 4)]
    again = unpack_networks(pack_networks(networks))
    assert len(again) == 2
    for network, copy in zip(networks, again, strict=True):
        np.testing.assert_allclose(copy.predict_proba(rows[0]), network.predict_proba(rows[0]), atol=0.01)
    wild = np.full((1, 6), 1e9, dtype=np.float32)
    assert np.isfinite(networks[0].predict_proba(wild)).all()
