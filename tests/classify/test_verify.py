"""Verdicts of the shipped verifier, its ranking, and the weights folder that it will and will not load."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import skops.io

from classify.encoder import WEIGHTS
from classify.errors import WeightsError
from classify.evaluation import evaluate_verify
from classify.manifest import digest_of, read_manifest, record_part
from classify.models import Models, load_models
from classify.values import LABELS
from classify.verify import load_verifier

EVIDENCE = (
    "Sáng 26/3, UBND tỉnh Nghệ An khánh thành cầu Cửa Hội nối hai tỉnh Nghệ An và Hà Tĩnh. "
    "Cầu dài 1.728 mét, rộng 18,5 mét, có tổng vốn đầu tư 950 tỷ đồng."
)
ELSEWHERE = (
    "Giải bóng chuyền nữ quốc gia khai mạc tại Đắk Lắk với sự tham dự của 12 đội. Vé vào cửa miễn phí."
)


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        pytest.param(
            "Cầu Cửa Hội dài 1.728 mét, rộng 18,5 mét, có tổng vốn đầu tư 950 tỷ đồng.",
            "supported",
            id="same",
        ),
        pytest.param(
            "Cầu Cửa Hội dài 1.728 mét, rộng 18,5 mét, có tổng vốn đầu tư 450 tỷ đồng.",
            "contradicted",
            id="figure",
        ),
        pytest.param(
            "Cầu Cửa Hội thu phí 35.000 đồng mỗi lượt ô tô và do một nhà thầu Hàn Quốc vận hành trong 30 năm.",
            "not_enough_evidence",
            id="something else",
        ),
    ],
)
def test_a_claim_is_held_against_the_passage_that_answers_it(models: Models, claim: str, label: str) -> None:
    verdict = models.verifier.assess(claim, [EVIDENCE, ELSEWHERE])
    assert verdict.label == label
    assert verdict.best == 0
    assert verdict.model == models.version


def test_the_deciding_passage_may_stand_anywhere_in_the_list(models: Models) -> None:
    claim = "Cầu Cửa Hội dài 1.728 mét, rộng 18,5 mét, có tổng vốn đầu tư 450 tỷ đồng."
    verdict = models.verifier.assess(claim, [ELSEWHERE, EVIDENCE])
    assert verdict.best == 1
    (difference,) = [d for d in verdict.differences if d.kind == "number"]
    assert difference.claim is not None
    assert difference.passage is not None
    assert (difference.claim.of(claim), difference.passage.of(EVIDENCE)) == ("450", "950")


@pytest.mark.parametrize("passages", [[], [""], ["…"]], ids=["none", "empty", "no words"])
def test_without_evidence_the_answer_is_not_enough(models: Models, passages: list[str]) -> None:
    verdict = models.verifier.assess("Cầu dài 1.728 mét.", passages)
    assert (verdict.label, verdict.probability, verdict.alert_worthy) == ("not_enough_evidence", 0.0, False)


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        pytest.param(
            "Giá vé tăng 0,3 % trong tháng 5.", "Giá vé giảm 0,3 % trong tháng 5.", id="opposite direction"
        ),
        pytest.param(
            "Nhà máy ngừng mở rộng sản xuất tại Bình Dương.",
            "Nhà máy không ngừng mở rộng sản xuất tại Bình Dương.",
            id="not stopping",
        ),
        pytest.param(
            "Trạm phát sóng giả không để lại dấu vết.",
            "Trạm phát sóng giả vẫn để lại dấu vết.",
            id="negation",
        ),
        pytest.param(
            "Hungary duyệt đơn của Thụy Điển vào ngày 27-3, đơn của Phần Lan sẽ được xét sau.",
            "Hungary duyệt đơn của Phần Lan vào ngày 27-3, đơn của Thụy Điển sẽ được xét sau.",
            id="roles exchanged",
        ),
        pytest.param(
            "The factory in Hue opened in May and employs 300 men.",
            "The factory in Hue closed in May and employed 300 men.",
            id="English",
        ),
    ],
)
def test_what_says_the_opposite_is_not_supported(models: Models, claim: str, passage: str) -> None:
    assert models.verifier.assess(claim, [passage]).label != "supported"


def test_a_condition_that_the_claim_leaves_out_is_missing_context_and_no_alert(models: Models) -> None:
    passage = "Bảo tàng mở cửa miễn phí tất cả các ngày trong tuần, ngoại trừ ngày lễ lớn."
    verdict = models.verifier.assess("Bảo tàng mở cửa miễn phí tất cả các ngày trong tuần.", [passage])
    assert (verdict.label, verdict.alert_worthy) == ("missing_context", False)
    assert verdict.probabilities["supported"] == 0.0
    assert verdict.probabilities["missing_context"] > 0.0
    assert [d.passage.of(passage) for d in verdict.differences if d.passage and d.kind == "context"] == [
        "ngoại trừ ngày lễ lớn"
    ]


def test_a_figure_of_another_year_is_missing_context_and_no_alert(models: Models) -> None:
    verdict = models.verifier.assess(
        "Năm 2023, Việt Nam xuất khẩu 8,1 triệu tấn gạo.", ["Năm 2022, Việt Nam xuất khẩu 7,1 triệu tấn gạo."]
    )
    assert verdict.label in ("missing_context", "not_enough_evidence")
    assert not verdict.alert_worthy
    assert sum(verdict.probabilities.values()) == pytest.approx(1.0)


def test_a_figure_of_another_thing_is_not_enough_and_no_alert(models: Models) -> None:
    passage = "Cầu Sông Hàn dài 487,7 m, là cầu quay đầu tiên của Việt Nam."
    verdict = models.verifier.assess("Cầu Rồng dài 666 m.", [passage, ELSEWHERE])
    assert (verdict.label, verdict.alert_worthy, verdict.probability) == ("not_enough_evidence", False, 0.0)


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        (
            "Năm nay có không quá 30 doanh nghiệp rút lui.",
            "Năm nay có 23 doanh nghiệp rút lui khỏi thị trường.",
        ),
        ("Tàu chạy lúc 19h30.", "Tàu SE1 chạy lúc 19 giờ 30 phút hằng ngày từ ga Hà Nội."),
        ("Dự án có tổng vốn 1.200 tỷ đồng.", "Dự án khởi công sáng nay, có tổng vốn 1,2 nghìn tỷ đồng."),
        (
            "In 2023, Vietnam exported 8.1 million tonnes of rice.",
            "In 2023, Vietnam exported 8.13 million tonnes of rice, worth $4.7 billion.",
        ),
    ],
)
def test_a_true_figure_written_otherwise_is_not_contradicted(
    models: Models, claim: str, passage: str
) -> None:
    assert models.verifier.assess(claim, [passage]).label != "contradicted"


def test_probabilities_are_one_a_label_and_sum_to_one(models: Models) -> None:
    verdict = models.verifier.assess("Cầu Cửa Hội dài 1.728 mét.", [EVIDENCE, ELSEWHERE])
    assert set(verdict.probabilities) == set(LABELS)
    assert sum(verdict.probabilities.values()) == pytest.approx(1.0)
    assert verdict.probability == verdict.probabilities["contradicted"]


def test_an_alert_needs_more_than_the_label_does(models: Models) -> None:
    verdict = models.verifier.assess("Cầu Cửa Hội dài 1.728 mét.", [EVIDENCE])
    assert verdict.label_threshold < verdict.threshold <= 1.0


def test_many_claims_at_once_get_the_verdicts_that_each_gets_alone(models: Models) -> None:
    pairs = [
        ("Cầu Cửa Hội dài 1.728 mét.", [EVIDENCE]),
        ("Giải có 14 đội tham dự.", [ELSEWHERE, EVIDENCE]),
        ("Không có gì ở đây.", []),
    ]
    assert models.verifier.assess_many(pairs) == [models.verifier.assess(*pair) for pair in pairs]


def test_ranking_puts_the_passage_that_answers_the_claim_first(models: Models) -> None:
    other = "Cầu Bến Thủy nối Nghệ An và Hà Tĩnh dài 996 mét, thông xe năm 2012."
    ranked = models.verifier.rerank("Cầu Cửa Hội rộng 18,5 mét.", [ELSEWHERE, other, EVIDENCE])
    assert ranked[0].index == 2
    assert all(0.0 <= r.score <= 1.0 for r in ranked)


def test_evaluation_reads_public_labels_and_reports_every_figure(models: Models) -> None:
    rows: list[dict[str, Any]] = [
        {
            "claim": "Cầu rộng 18,5 mét, có tổng vốn đầu tư 950 tỷ đồng.",
            "evidence": EVIDENCE,
            "label": "SUPPORTED",
        },
        {
            "claim": "Cầu rộng 28,5 mét, có tổng vốn đầu tư 950 tỷ đồng.",
            "evidence": [EVIDENCE],
            "label": "REFUTED",
        },
        {"claim": "Vé tàu Tết mở bán ngày 1/10 qua ứng dụng.", "evidence": EVIDENCE, "label": "NEI"},
    ]
    figures = evaluate_verify(rows, models.verifier)
    assert {"macro_f1", "accuracy", "per_label", "ece", "recall_at_precision_95", "threshold", "n"} <= set(
        figures
    )
    assert json.loads(json.dumps(figures)) == figures
    assert figures["n"] == 3
    assert 0.0 <= float(str(figures["accuracy"])) <= 1.0


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(WEIGHTS, tmp_path / "weights")
    return tmp_path / "weights"


@pytest.mark.parametrize(
    "file", ["encoder/model.safetensors", "claims/facts.safetensors", "verify/trees.skops"]
)
def test_weights_that_were_altered_are_refused(copied: Path, file: str) -> None:
    content = bytearray((copied / file).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / file).write_bytes(content)
    with pytest.raises(WeightsError, match="SHA-256"):
        load_models(copied)


def test_a_file_that_the_manifest_does_not_name_is_refused(copied: Path) -> None:
    (copied / "verify" / "extra.pkl").write_bytes(b"")
    with pytest.raises(WeightsError, match=r"extra\.pkl"):
        load_models(copied)


def test_a_missing_folder_of_weights_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="manifest"):
        load_models(tmp_path)


def test_the_version_changes_with_any_byte_and_only_then(copied: Path) -> None:
    manifest = read_manifest(copied)
    section = {k: v for k, v in manifest.part("verify").items() if k != "files"}
    assert record_part(copied, "verify", section).version == manifest.version
    (copied / "verify" / "words.json").write_text("{}")
    assert record_part(copied, "verify", section).version != manifest.version


class Stranger:
    """A type that no trees file has any business holding."""

    def __init__(self) -> None:
        self.value = 1


def test_trees_that_hold_an_unknown_type_are_refused(copied: Path, models: Models) -> None:
    skops.io.dump([Stranger()], copied / "verify" / "trees.skops")
    manifest = read_manifest(copied)
    with pytest.raises(WeightsError, match="not trusted"):
        load_verifier(copied / "verify", manifest.part("verify"), models.encoder, "x")


def test_the_manifest_and_the_card_name_every_shipped_file(models: Models) -> None:
    manifest = read_manifest(WEIGHTS)
    for part in manifest.content["parts"]:
        for file, digest in manifest.part(part)["files"].items():
            assert digest_of(WEIGHTS / part / file) == digest
    card = (WEIGHTS / "README.md").read_text(encoding="utf-8")
    assert models.version in card
    assert "What it must not be used for" in card
