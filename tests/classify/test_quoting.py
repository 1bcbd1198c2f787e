"""What is quoted of a passage: whole sentences of it, word for word, and those that bear on the claim."""

import pytest

from classify.quoting import quote_best

PASSAGE = (
    "Tổng cục công bố báo cáo tháng 10. Kim ngạch xuất khẩu đạt 39,5 tỷ USD. "
    "Kim ngạch nhập khẩu đạt 37,1 tỷ USD, theo báo cáo."
)


@pytest.mark.parametrize(
    ("claim", "quoted"),
    [
        pytest.param(
            "Xuất khẩu tháng 10 đạt 49,5 tỷ USD.", "Kim ngạch xuất khẩu đạt 39,5 tỷ USD.", id="by its words"
        ),
        pytest.param(
            "Nhap khau dat 37,1 ty USD",
            "Kim ngạch nhập khẩu đạt 37,1 tỷ USD, theo báo cáo.",
            id="without marks",
        ),
        pytest.param(
            "Imports were 37,1 billion dollars.",
            "Kim ngạch nhập khẩu đạt 37,1 tỷ USD, theo báo cáo.",
            id="by its figure in another language",
        ),
        pytest.param("Unrelated.", "Tổng cục công bố báo cáo tháng 10.", id="nothing shared: the first"),
    ],
)
def test_the_sentence_that_shares_most_with_the_claim_is_quoted(claim: str, quoted: str) -> None:
    assert quote_best(claim, PASSAGE) == quoted


def test_what_differs_is_inside_the_quotation() -> None:
    places = [(PASSAGE.index(words), PASSAGE.index(words) + len(words)) for words in ("39,5", "37,1")]
    quoted = quote_best("Tổng cục công bố báo cáo tháng 10.", PASSAGE, places)
    assert quoted == PASSAGE[PASSAGE.index("Kim ngạch xuất") :]


@pytest.mark.parametrize("passage", ["", "   ", "một dòng không dấu chấm", "Bảng: 1 2 3\n4 5 6"])
def test_any_passage_has_something_to_quote_or_is_empty(passage: str) -> None:
    assert quote_best("4 5 6", passage) in passage
