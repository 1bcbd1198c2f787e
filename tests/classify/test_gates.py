"""The gates on the shipped weights: what passes, what stops where, and why."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from classify.claims import find_claims
from classify.evaluation import evaluate_claims
from classify.facts import ClaimModel, FactJudgement, Register
from classify.frozen import FROZEN
from classify.gates import find_vagueness, judge
from classify.markers import stop_by_rule
from classify.models import Models
from classify.training.lesson import MORE, OWN
from classify.training.rows import read_rows

HARD = OWN.parent / "hard.jsonl"
OPINIONS = FROZEN / "opinion"
FACTS = Path(__file__).parent.parent / "data" / "plain_facts.jsonl"


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Vì sao giá vé tăng gấp đôi chỉ sau một tuần?", "question"),
        ("Hãy cùng nhau giữ sạch dòng sông quê hương.", "exhortation"),
        ("Tôi nghĩ chính sách này đi ngược lợi ích người dân.", "opinion"),
        ("In my view the ministry got this wrong.", "opinion"),
        ("Đọc thêm: Giá vàng hôm nay", "boilerplate"),
        ("What a disgrace for the city council!", "exclamation"),
    ],
)
def test_some_sentences_stop_by_rule(sentence: str, reason: str) -> None:
    stop = stop_by_rule(sentence)
    assert stop is not None
    assert stop.reason == reason


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Ngày 24/3, Công an tỉnh Trà Vinh khởi tố bị can 31 tuổi về tội lừa đảo chiếm đoạt tài sản.", "vi"),
        ("Kim ngạch xuất khẩu gạo quý I đạt 2,18 triệu tấn, tăng 17,6% so với cùng kỳ năm trước.", "vi"),
        ("Theo Tổng cục Thống kê, GDP quý II tăng 6,93% so với cùng kỳ.", "vi"),
        ("Police in Hanoi arrested 12 people on Tuesday in connection with the fire.", "en"),
    ],
)
def test_plain_reports_of_fact_pass(models: Models, sentence: str, language: str) -> None:
    result = judge(sentence, language=language, scope="all", model=models.claims)
    assert (result.passed, result.gate) == (True, None)


@pytest.mark.parametrize(
    "sentence",
    [
        "Một nền báo chí chỉ biết vâng lời thì không còn là báo chí.",
        "Chính quyền thành phố đã quá chậm chạp và vô trách nhiệm với người dân.",
        "The verdict was a travesty and everyone in the room knew it.",
        "The government should release every journalist it holds.",
    ],
)
def test_criticism_stops_at_the_first_gate(models: Models, sentence: str) -> None:
    language = "en" if sentence.isascii() else "vi"
    result = judge(sentence, language=language, scope="all", model=models.claims)
    assert (result.passed, result.gate) == (False, "fact")


def test_scope_country_stops_what_is_not_about_vietnam(models: Models) -> None:
    sentence = "Police in Bangkok arrested 12 people on Tuesday in connection with the fire."
    abroad = judge(sentence, language="en", scope="country", model=models.claims)
    assert (abroad.passed, abroad.gate, abroad.reason) == (False, "about_vietnam", "no mention of Vietnam")
    assert judge(sentence, language="en", scope="all", model=models.claims).passed


def test_a_language_that_is_not_read_states_no_facts(models: Models) -> None:
    result = judge(
        "Le Vietnam a exporté 8 millions de tonnes de riz.",
        language="fr",
        scope="country",
        model=models.claims,
    )
    assert (result.passed, result.reason) == (False, "language not read")


@pytest.mark.parametrize(
    ("sentence", "gate", "reason"),
    [
        ("Ảnh: Minh Hà", "fact", "too few words"),
        ("Vì sao giá vé tăng gấp đôi sau một tuần?", "fact", "question"),
        ("Hàng công của đội còn đơn điệu và chậm.", "fact", "reads like opinion"),
        ("Ngày 4/5, tỉnh khởi công cầu Vàm Cỏ, một quyết định vội vàng.", "fact", "states, then judges"),
        (
            "Police in Bangkok arrested 12 people on Tuesday after the fire.",
            "about_vietnam",
            "no mention of Vietnam",
        ),
        ("Police in Da Nang arrested 12 people on Tuesday after the fire.", None, "a place in Vietnam"),
    ],
)
def test_every_gate_gives_its_reason_in_words(
    models: Models, sentence: str, gate: str | None, reason: str
) -> None:
    language = "en" if sentence.isascii() else "vi"
    result = judge(sentence, language=language, scope="country", model=models.claims)
    assert (result.gate, result.reason) == (gate, reason)


def test_a_sentence_whose_headline_says_the_same_is_still_found(models: Models) -> None:
    text = "Ngày 9/10, Hà Nội khởi công cầu Trần Hưng Đạo với tổng vốn 16.000 tỷ đồng."
    found = find_claims(text, text, language="vi", scope="all", models=models)
    assert [(c.asserted_by, c.text) for c in found.claims] == [("outlet", text)]


@pytest.mark.parametrize(
    ("sentence", "vague"),
    [
        ("Nhiều người đã đến từ sớm.", "no name or figure"),
        ("Điều này làm mọi người rất vui mừng và xúc động.", "points at something unnamed"),
        ("Nhiều người đã đến Huế.", None),
        ("12 người đã đến.", None),
        ("Vietnam exports more coffee.", None),
    ],
)
def test_a_sentence_must_give_evidence_something_to_hold_on_to(sentence: str, vague: str | None) -> None:
    assert find_vagueness(sentence) == vague


class OneJudgement(ClaimModel):
    """Reads every sentence as one register, and takes all for facts or none."""

    def __init__(self, register: Register, *, fact: bool = True) -> None:
        self._judgement = FactJudgement(0.7 if fact else 0.2, fact, register)

    def judge_facts(self, sentences: Sequence[str]) -> list[FactJudgement]:
        return [self._judgement] * len(sentences)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Let's look at what he did: 12 million jobs were lost.", "exhortation"),
        ("I think that 12 million jobs were lost in that year.", "opinion"),
    ],
)
def test_in_speech_the_judge_decides_on_what_in_print_is_a_view(sentence: str, reason: str) -> None:
    printed = judge(sentence, language="en", scope="all", model=OneJudgement("en"))
    assert (printed.passed, printed.reason) == (False, reason)
    assert judge(sentence, language="en", scope="all", model=OneJudgement("spoken")).passed
    assert not judge(sentence, language="en", scope="all", model=OneJudgement("spoken", fact=False)).passed


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Did he lose 12 million jobs in that year?", "question"),
        ("He says as if nobody knew that 12 million jobs were lost.", "opinion"),
        ("The joke is on a shameful, pathetic and hollow sham.", "opinion"),
        ("It is high time that he gave back 12 million dollars.", "norm"),
        ("They are bound to lose 12 million jobs next year.", "prediction"),
    ],
)
def test_other_rules_hold_in_speech_as_well(sentence: str, reason: str) -> None:
    result = judge(sentence, language="en", scope="all", model=OneJudgement("spoken"))
    assert (result.passed, result.reason) == (False, reason)


def test_claims_are_spans_of_the_text_and_the_stopped_are_only_counted(models: Models) -> None:
    text = (
        "Sáng 26/3, UBND tỉnh Nghệ An khánh thành cầu Cửa Hội dài 1,7 km. Cây cầu đẹp tuyệt vời như một giấc mơ. "
        "Vì sao phải chờ lâu đến thế?\nTheo Sở Giao thông vận tải Nghệ An, dự án có tổng vốn 950 tỷ đồng."
    )
    found = find_claims(text, "Nghệ An khánh thành cầu Cửa Hội", language="vi", scope="all", models=models)
    assert [text[c.start : c.end] for c in found.claims] == [c.text for c in found.claims]
    assert [(c.asserted_by, c.quoted_party) for c in found.claims] == [
        ("outlet", None),
        ("quoted", "Sở Giao thông vận tải Nghệ An"),
    ]
    assert found.stopped["fact/question"] == 1
    assert sum(found.stopped.values()) == 3


def test_a_headline_that_says_more_than_the_text_is_a_claim_of_the_headline(models: Models) -> None:
    title = "Hà Nội khởi công cầu Trần Hưng Đạo vốn 16.000 tỷ đồng ngày 9/10"
    found = find_claims("Buổi lễ có nhiều khách.", title, language="vi", scope="all", models=models)
    assert [(c.asserted_by, c.text, title[c.start : c.end]) for c in found.claims] == [
        ("headline", title, title)
    ]


def test_a_line_of_the_text_that_repeats_a_cut_headline_is_not_judged(models: Models) -> None:
    whole = "Nghệ An khánh thành cầu Cửa Hội dài 1,7 km vào ngày 15 tháng 8 năm 2021."
    title = whole[:36]
    text = f"{title}\n{whole}\nLễ khánh thành có 300 đại biểu tham dự."
    found = find_claims(text, title, language="vi", scope="all", models=models)
    assert [claim.text for claim in found.claims] == [whole, "Lễ khánh thành có 300 đại biểu tham dự."]
    assert [text[claim.start : claim.end] for claim in found.claims] == [c.text for c in found.claims]


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        (
            "Việt Nam xuất khẩu 9 triệu tấn gạo trong năm 2025",
            "Việt Nam xuất khẩu 8 triệu tấn gạo trong năm 2025, theo Cục Hải quan.",
        ),
        (
            "Ngân hàng Nhà nước không tăng lãi suất điều hành trong tháng 11",
            "Ngân hàng Nhà nước tăng lãi suất điều hành trong tháng 11 thêm 0,5 điểm.",
        ),
    ],
    ids=["another figure", "no negation"],
)
@pytest.mark.parametrize("is_repeated", [False, True])
def test_a_headline_that_the_text_speaks_against_is_a_claim_beside_it(
    models: Models, title: str, sentence: str, is_repeated: bool
) -> None:
    text = f"{title}\n{sentence}" if is_repeated else sentence
    found = find_claims(text, title, language="vi", scope="all", models=models)
    assert [claim.text for claim in found.claims] == [title, sentence]


def test_a_headline_cut_in_the_middle_of_a_figure_is_not_judged(models: Models) -> None:
    whole = "Nghệ An khánh thành cầu Cửa Hội dài 1,7 km vào ngày 15 tháng 8 năm 2021."
    title = whole[:38] + "..."
    found = find_claims(f"{title}\n{whole}", title, language="vi", scope="all", models=models)
    assert [claim.text for claim in found.claims] == [whole]


def test_a_headline_cut_from_the_first_sentence_is_not_a_second_claim(models: Models) -> None:
    text = "Ngày 9/10, Hà Nội khởi công cầu Trần Hưng Đạo với tổng vốn 16.000 tỷ đồng."
    found = find_claims(text, text[:48], language="vi", scope="all", models=models)
    assert [c.asserted_by for c in found.claims] == ["outlet"]


def read(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", ["sentences.jsonl", "blind.jsonl"])
def test_opinion_and_criticism_are_not_taken_for_claims(models: Models, name: str) -> None:
    rows = [{**row, "label": 0} for row in read(OPINIONS / name)]
    assert len(rows) >= 139
    leakage = evaluate_claims(rows, models.claims)["leakage"]
    assert isinstance(leakage, float)
    assert leakage <= 0.03


def test_plain_facts_are_let_through_however_short_or_typed(models: Models) -> None:
    rows = [{**row, "label": 1} for row in read(FACTS)]
    recall = evaluate_claims(rows, models.claims)["recall"]
    assert isinstance(recall, float)
    assert recall >= 0.8


def test_no_sentence_of_a_frozen_set_is_learned_from() -> None:
    frozen = {
        row["text"]
        for path in (OPINIONS / "sentences.jsonl", OPINIONS / "blind.jsonl", FACTS)
        for row in read(path)
    }
    learned = {str(row["text"]) for path in (OWN, MORE) for row in read_rows(path, ("text",))}
    assert not frozen & learned


def test_the_sentences_written_to_be_hard_are_told_once_and_are_in_no_other_set() -> None:
    hard = read_rows(HARD, ("id", "language", "text", "label"))
    texts = {str(row["text"]) for row in hard}
    assert len(texts) == len({row["id"] for row in hard}) == len(hard)
    assert {(row["language"], row["label"]) for row in hard} == {("vi", 0), ("vi", 1), ("en", 0), ("en", 1)}
    others = (OPINIONS / "sentences.jsonl", OPINIONS / "blind.jsonl", FACTS, OWN, MORE)
    assert not texts & {row["text"] for path in others for row in read(path)}
