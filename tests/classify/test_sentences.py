"""Sentences and passages as spans of the text they were read from."""

from itertools import pairwise

import pytest

from classify.passages import LONGEST, cut_passages
from classify.sentences import split_sentences


def split(text: str) -> list[str]:
    return [span.of(text) for span in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param(
            "UBND TP. Hồ Chí Minh họp. Dân chờ.", ["UBND TP. Hồ Chí Minh họp.", "Dân chờ."], id="TP."
        ),
        pytest.param("Th.S Lê Na đến. Họ nghe.", ["Th.S Lê Na đến.", "Họ nghe."], id="Th.S"),
        pytest.param(
            "Mr. Smith left. Dr. Hoa stayed.", ["Mr. Smith left.", "Dr. Hoa stayed."], id="English titles"
        ),
        pytest.param(
            "He flew to the U.S. The visit ended.",
            ["He flew to the U.S.", "The visit ended."],
            id="U.S. at an end",
        ),
        pytest.param("The U.S. Navy sailed.", ["The U.S. Navy sailed."], id="U.S. inside"),
        pytest.param(
            "Sáng 26.3 có 1.200 người, tăng 3,5%. Mưa.",
            ["Sáng 26.3 có 1.200 người, tăng 3,5%.", "Mưa."],
            id="figures",
        ),
        pytest.param(
            '"Vì sao?" ông hỏi. Không ai đáp.',
            ['"Vì sao?" ông hỏi.', "Không ai đáp."],
            id="question inside quotes",
        ),
        pytest.param("Anh đi… Rồi về.", ["Anh đi…", "Rồi về."], id="ellipsis"),
        pytest.param("Giá... vẫn tăng. Hết.", ["Giá... vẫn tăng.", "Hết."], id="ellipsis inside"),
        pytest.param("Tiêu đề không chấm\nĐoạn một.", ["Tiêu đề không chấm", "Đoạn một."], id="headline"),
        pytest.param("dòng bị\nngắt giữa câu. Hai.", ["dòng bị\nngắt giữa câu.", "Hai."], id="wrapped line"),
        pytest.param(
            "Họp báo về kết quả quý 1.\nngọn đuốc bắt đầu hành trình.",
            ["Họp báo về kết quả quý 1.", "ngọn đuốc bắt đầu hành trình."],
            id="paragraph that opens in lower case",
        ),
        pytest.param(
            "Theo TS.\nlê Văn A, giá tăng.", ["Theo TS.\nlê Văn A, giá tăng."], id="line after a title"
        ),
        pytest.param(
            "Trận đấu kết thúc.Theo ban tổ chức.", ["Trận đấu kết thúc.", "Theo ban tổ chức."], id="no space"
        ),
        pytest.param("Xem vnexpress.net và TP.HCM.", ["Xem vnexpress.net và TP.HCM."], id="domain"),
        pytest.param(
            "1. Thứ nhất là đất. 2. Thứ hai là nước.",
            ["1. Thứ nhất là đất.", "2. Thứ hai là nước."],
            id="list",
        ),
        pytest.param("越南宣布。河内开会。", ["越南宣布。", "河内开会。"], id="Chinese"),
        pytest.param(
            "Ông về TP. Bà Rịa, rồi TP. Từ Sơn. Hết.",
            ["Ông về TP. Bà Rịa, rồi TP. Từ Sơn.", "Hết."],
            id="places whose names begin like a sentence",
        ),
        pytest.param(
            "Dự án chạy qua TP. Đến nay mới xong nửa.",
            ["Dự án chạy qua TP.", "Đến nay mới xong nửa."],
            id="TP. at an end",
        ),
        pytest.param(
            "PGS.TS. Lê Na và GS. Trần Văn tới. TS. Hoa vắng.",
            ["PGS.TS. Lê Na và GS. Trần Văn tới.", "TS. Hoa vắng."],
            id="PGS.TS., GS., TS.",
        ),
        pytest.param(
            "Có cam, xoài, v.v. Giá ổn định. Ổi, mận, v.v. đều rẻ.",
            ["Có cam, xoài, v.v.", "Giá ổn định.", "Ổi, mận, v.v. đều rẻ."],
            id="v.v. at an end and inside",
        ),
        pytest.param(
            "Em học xong THPT. Kỳ thi bắt đầu.", ["Em học xong THPT.", "Kỳ thi bắt đầu."], id="THPT at an end"
        ),
        pytest.param(
            "Xà cao 1,73 m. Tuyển nữ thắng.", ["Xà cao 1,73 m.", "Tuyển nữ thắng."], id="a unit of one letter"
        ),
        pytest.param(
            "Việt Nam ở bảng B. Thái Lan ở bảng A. Họ gặp nhau.",
            ["Việt Nam ở bảng B.", "Thái Lan ở bảng A.", "Họ gặp nhau."],
            id="a group named by a letter",
        ),
        pytest.param(
            "Khách đến từ Tây Á. Lối chơi chậm. Ai cũng ở ổ. Vừa ý.",
            ["Khách đến từ Tây Á.", "Lối chơi chậm.", "Ai cũng ở ổ.", "Vừa ý."],
            id="words of one letter",
        ),
        pytest.param(
            "Nghi phạm là ông N.V.T. Công an bắt A. Tuấn hôm qua.",
            ["Nghi phạm là ông N.V.T. Công an bắt A. Tuấn hôm qua."],
            id="initials hide the end of a sentence",
        ),
        pytest.param(
            "Giá 1.234,5 đồng và 3.000 USD. Thuế 10%. Ngày 26.3.2023. Xong.",
            ["Giá 1.234,5 đồng và 3.000 USD.", "Thuế 10%.", "Ngày 26.3.2023.", "Xong."],
            id="points inside figures and dates",
        ),
        pytest.param(
            "No. 5 won. Nghị định No. 12 có hiệu lực. Art. 7 applies.",
            ["No. 5 won.", "Nghị định No. 12 có hiệu lực.", "Art. 7 applies."],
            id="No. before a number",
        ),
        pytest.param(
            'Ông nói: "Cầu dài 36 m. Đường rộng 8 m." Trời mưa.',
            ['Ông nói: "Cầu dài 36 m.', 'Đường rộng 8 m."', "Trời mưa."],
            id="two sentences in one quotation",
        ),
        pytest.param(
            "“Tôi đi.” Bà đáp. «Vậy à?» Hết.",
            ["“Tôi đi.”", "Bà đáp.", "«Vậy à?»", "Hết."],
            id="closing quotes belong to the sentence",
        ),
        pytest.param(
            "- Hồ đầy.\n- Đập vỡ\n• Ba xã ngập; hai xã khô\na) Điểm một",
            ["- Hồ đầy.", "- Đập vỡ", "• Ba xã ngập; hai xã khô", "a) Điểm một"],
            id="items of a list",
        ),
        pytest.param(
            "Công an bắt Trần Văn H. Theo điều tra, ông ở H. Từ Liêm. Bà P. Không khai.",
            ["Công an bắt Trần Văn H.", "Theo điều tra, ông ở H. Từ Liêm.", "Bà P.", "Không khai."],
            id="an initial that is also short for a district",
        ),
        pytest.param(
            "He said 'it works.' She left. 'Anh đi.' Chị ở. Giá '90s giữ.",
            ["He said 'it works.'", "She left.", "'Anh đi.'", "Chị ở.", "Giá '90s giữ."],
            id="straight single quotes",
        ),
        pytest.param(
            "Cty. An Bình lãi. Tel. 024 1234 567 bận.",
            ["Cty. An Bình lãi.", "Tel. 024 1234 567 bận."],
            id="Cty. and Tel.",
        ),
        pytest.param(" \n ... \n", [], id="nothing to read"),
    ],
)
def test_a_text_is_split_where_its_sentences_end(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


def test_everything_outside_the_sentences_is_white_space() -> None:
    text = "Một câu. Hai câu!\n\nTiêu đề\n– Gạch đầu dòng: ba câu? Bốn…  "
    spans = split_sentences(text)
    rest, at = "", 0
    for span in spans:
        rest += text[at : span.start]
        at = span.end
    assert not (rest + text[at:]).strip()


def test_passages_are_three_sentences_that_share_one_with_the_next() -> None:
    text = "Câu một. Câu hai. Câu ba. Câu bốn. Câu năm."
    assert [span.of(text) for span in cut_passages(text)] == [
        "Câu một. Câu hai. Câu ba.",
        "Câu ba. Câu bốn. Câu năm.",
    ]


def test_every_sentence_is_in_a_passage_and_no_passage_only_repeats() -> None:
    text = " ".join(f"Câu số {n}." for n in range(20))
    passages = cut_passages(text)
    for sentence in split_sentences(text):
        assert any(p.start <= sentence.start and sentence.end <= p.end for p in passages)
    assert all(b.end > a.end for a, b in pairwise(passages))


def test_a_text_without_stops_is_cut_into_passages_of_bounded_length() -> None:
    text = "tên hàng và giá " * 500
    assert max(len(p) for p in cut_passages(text)) <= LONGEST
