"""What is about Vietnam, and what only mentions it."""

import pytest

from classify.vietnam import judge_about_vietnam, judge_article


@pytest.mark.parametrize(
    "sentence",
    [
        "Vietnam's exports rose 12 percent in March.",
        "Việt Nam xuất khẩu 8 triệu tấn gạo.",
        "Le Viêt Nam a signé un accord avec l'Union européenne.",
        "La police vietnamienne a arrêté trois hommes.",
        "越南第三季度经济增长7.4%。",
        "ベトナムの首都ハノイで会談が行われた。",
        "Премьер-министр Вьетнама прибыл в Москву.",
        "Das vietnamesische Parlament hat das Gesetz verabschiedet.",
        "The Ho Chi Minh City metro opened in December 2024.",
        "A landslide in Lao Cai killed 30 people.",
        "VinFast delivered 9,000 cars in the quarter.",
        "Vietnam and China signed a rail agreement.",
        "Hanoi said the Vietnam War never ended for those exposed to dioxin.",
        "Người Việt đi du lịch trong nước nhiều hơn.",
    ],
)
def test_a_sentence_about_the_country_is_recognised_in_its_spelling(sentence: str) -> None:
    assert judge_about_vietnam(sentence).about


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("He was drafted during the Vietnam War and moved to Canada.", "the war as history"),
        ("My father served two tours in Vietnam as a Marine.", "the war as history"),
        ("The Vietnam Veterans Memorial in Washington drew 5 million visitors.", "the war as history"),
        ("La guerre du Vietnam a marqué cette génération.", "the war as history"),
        ("Der Vietnamkrieg prägte die Studentenbewegung.", "the war as history"),
        ("ベトナム戦争に反対する運動が広がった。", "the war as history"),
        ("A new Vietnamese restaurant opened in Berlin last week.", "a restaurant or dish"),
        ("The Vietnamese-American author won the prize in 2016.", "descent or diaspora"),
        ("She was born in Saigon and grew up in Ohio.", "descent or diaspora"),
        ("Its shoes are made in Vietnam.", "a label of origin"),
        ("The firm has plants in China, Vietnam and Mexico.", "one country in a list"),
        ("Berlin's mayor met the prime minister of Thailand.", "no mention of Vietnam"),
        ("Der Übersetzer hilft vietnamesischen Arbeitern in Thüringen.", "descent or diaspora"),
    ],
)
def test_a_mention_alone_does_not_make_a_sentence_about_the_country(sentence: str, reason: str) -> None:
    result = judge_about_vietnam(sentence)
    assert (result.about, result.reason) == (False, reason)


def test_in_an_article_about_vietnam_a_sentence_without_names_is_about_it() -> None:
    assert judge_about_vietnam("Exports rose 12 percent in March.", about_context=True).about
    assert not judge_about_vietnam("Exports rose 12 percent in March.").about


def test_in_an_article_about_vietnam_a_sentence_about_another_country_is_not() -> None:
    assert not judge_about_vietnam("Thailand grew 2 percent.", about_context=True).about


def test_an_article_is_about_vietnam_by_its_title_or_else_by_its_lead() -> None:
    assert judge_article("Vietnam raises its wage floor", "The change takes effect in July.")
    assert judge_article("Wage floor to rise in July", "Vietnam will raise its minimum wage.")
    assert not judge_article("Germany debates wages", "Unlike Vietnam, Germany has a single floor.")
