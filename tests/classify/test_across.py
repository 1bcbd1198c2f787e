"""A claim in one language, a passage in another: one figure that differs is found, and nothing else is said."""

import pytest

from classify.across import differing_figure, find_across
from classify.models import Models
from classify.reading import read_text

VIETNAMESE = "Năm 2022, tỉnh Khánh Hòa đón 2,57 triệu lượt khách, tăng 12% so với năm 2021."


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        pytest.param(
            "In 2022 Khanh Hoa received 3.57 million visitors, up 12%",
            ("3.57 million", "2,57 triệu"),
            id="one",
        ),
        pytest.param("In 2023 Khanh Hoa welcomed visitors, up 12%", ("2023", "2022"), id="year"),
        pytest.param("In 2022 Khanh Hoa received 2.57 million visitors, up 12%", None, id="all the same"),
        pytest.param("In 2022 Khanh Hoa received 3.57 million visitors, up 15%", None, id="two differ"),
        pytest.param("In 2022 Khanh Hoa received visitors from 40 countries", None, id="not stated"),
        pytest.param("The province received 15%", None, id="nothing shared"),
    ],
)
def test_one_figure_may_differ_and_everything_else_must_be_there(
    claim: str, expected: tuple[str, str] | None
) -> None:
    found = differing_figure(read_text(claim), read_text(VIETNAMESE))
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert found.claim is not None
        assert found.passage is not None
        assert (found.claim.of(claim), found.passage.of(VIETNAMESE)) == expected


PASSAGES = [
    "Giải bóng chuyền nữ khai mạc tại Đắk Lắk. Vé vào cửa miễn phí.",
    "Việt Nam là nước xuất khẩu cà phê lớn. Năm 2022, Việt Nam xuất khẩu 7,1 triệu tấn gạo sang Philippines và "
    "Trung Quốc.",
]
CLAIM = "Vietnam exported 9.1 million tons of rice to the Philippines and China in 2022."


def test_the_sentence_about_the_same_thing_is_found_in_any_passage(models: Models) -> None:
    found = find_across(CLAIM, PASSAGES, models.encoder)
    assert found is not None
    assert found.passage == 1
    assert found.difference.claim is not None
    assert found.difference.passage is not None
    assert found.difference.claim.of(CLAIM) == "9.1 million"
    assert found.difference.passage.of(PASSAGES[1]) == "7,1 triệu"


def test_a_sentence_about_something_else_says_nothing_whatever_its_figures(models: Models) -> None:
    other = "Năm 2022, câu lạc bộ Philippines thắng 12 trận."
    assert find_across("Philippines flights carried 15 pandas in 2022.", [other], models.encoder) is None


def test_passages_without_words_say_nothing(models: Models) -> None:
    assert find_across(CLAIM, ["…", ""], models.encoder) is None


def test_the_verdict_names_the_passage_and_both_figures(models: Models) -> None:
    verdict = models.verifier.assess(CLAIM, PASSAGES)
    assert (verdict.label, verdict.best) == ("contradicted", 1)
    assert [d.kind for d in verdict.differences] == ["number"]
    assert sum(verdict.probabilities.values()) == pytest.approx(1.0)


def test_without_a_figure_to_compare_two_languages_give_no_answer(models: Models) -> None:
    verdict = models.verifier.assess("Vietnam exported no rice to the Philippines and China.", PASSAGES)
    assert (verdict.label, verdict.probability, verdict.alert_worthy) == ("not_enough_evidence", 0.0, False)


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        pytest.param("Hanoi's fare rose by 5,000 dong in 2024.",
                     "Năm 2024, Hà Nội tăng giá vé từ 7.000 đồng lên 12.000 đồng.", id="reckoned"),
        pytest.param("Vietnam aims to grow 8% in 2025.", "Năm 2025, Việt Nam tăng trưởng 7,1%.", id="an aim"),
        pytest.param("Khanh Hoa received 3.57 million visitors in the first half of 2022.",
                     "Cả năm 2022, tỉnh Khánh Hòa đón 2,57 triệu lượt khách.", id="another period"),
    ],
)  # fmt: skip
def test_what_is_no_contradiction_in_one_language_is_none_across_two(
    models: Models, claim: str, passage: str
) -> None:
    assert find_across(claim, [passage], models.encoder) is None
