"""Which passage decides: the order they were found in counts, and a far better sentence counts more."""

from classify.evidence import choose_evidence
from classify.reading import read_text

CLAIM = "Việt Nam xuất khẩu 8,1 triệu tấn gạo trong năm 2023."
ANSWER = "Năm 2023 Việt Nam xuất khẩu 8,1 triệu tấn gạo."
HINT = "Gạo là mặt hàng xuất khẩu của Việt Nam."


def best(*passages: str) -> int | None:
    return choose_evidence(read_text(CLAIM), passages, {}, 1.0).best


def test_of_two_that_answer_alike_the_one_found_first_decides() -> None:
    shorter = ANSWER.replace("Năm ", "")
    assert best(ANSWER, f"{ANSWER} Giá tăng.") == 0
    assert best(shorter, ANSWER) == 0


def test_a_far_better_answer_further_down_decides() -> None:
    assert best(HINT, "Trời mưa.", ANSWER) == 2
