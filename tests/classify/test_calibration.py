"""Probabilities that mean what they say, and thresholds for a stated precision."""

import numpy as np
import pytest

from classify.calibration import (
    expected_calibration_error,
    fit_beta,
    precision_bound,
    recall_at_precision,
    threshold_for_precision,
)


def overconfident(rows: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    true = rng.beta(2, 2, rows)
    event = rng.random(rows) < true
    logit = 2.5 * np.log(true / (1 - true))
    return 1 / (1 + np.exp(-logit)), event


def test_calibration_mends_overconfidence_and_keeps_the_order() -> None:
    scores, event = overconfident()
    calibrated = fit_beta(scores[:2000], event[:2000]).apply(scores[2000:])
    assert expected_calibration_error(scores[2000:], event[2000:]) > 0.08
    assert expected_calibration_error(calibrated, event[2000:]) < 0.04
    assert (np.diff(calibrated[np.argsort(scores[2000:])]) >= 0).all()


def test_the_threshold_holds_its_precision_on_rows_it_has_not_seen() -> None:
    scores, event = overconfident()
    threshold = threshold_for_precision(scores[:2000], event[:2000], 0.8)
    above = scores[2000:] >= threshold
    assert above.any()
    assert event[2000:][above].mean() >= 0.77


def test_where_no_threshold_is_precise_enough_nothing_passes() -> None:
    assert threshold_for_precision(np.array([0.9, 0.8, 0.99]), np.array([0, 0, 0]), 0.95) > 1.0


def test_two_right_out_of_two_do_not_prove_a_precision() -> None:
    assert precision_bound(2, 2) < 0.95 < precision_bound(200, 200)


@pytest.mark.parametrize(
    ("truth", "recall"),
    [([1, 1, 0, 1], 2 / 3), ([1, 1, 1, 0], 1.0), ([0, 1, 1, 1], 0.0), ([0, 0, 0, 0], 0.0)],
)
def test_recall_is_read_at_the_lowest_threshold_that_is_precise(truth: list[int], recall: float) -> None:
    assert recall_at_precision(np.array([0.9, 0.8, 0.7, 0.6]), np.array(truth), 0.95) == pytest.approx(recall)
