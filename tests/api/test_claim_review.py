"""The markup that collecting programs read: schema.org's types and properties, and what Google's page asks for."""

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from alerts.findings import finding
from models import Article, ChangeGrade, Claim, Label, Sessions, writing
from models.claims import AssertedBy
from tests.api.conftest import CLAIM
from tests.api.publishing import Publisher
from tests.api.schema_org import find_faults

_BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def markup(client: TestClient, path: str) -> list[dict[str, Any]]:
    return [json.loads(found) for found in _BLOCK.findall(client.get(path).text)]


def test_a_brief_that_answers_a_claim_says_so_in_schema_orgs_terms(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer()
    (review,) = markup(client, f"/published/{brief}/vi")
    assert find_faults(review) == []
    permalink = f"http://facts.example/published/{brief}/vi"
    assert (review["@context"], review["@type"], review["url"]) == (
        "https://schema.org",
        "ClaimReview",
        permalink,
    )
    office = {
        "@type": "Organization",
        "name": "Phòng Thông tin",
        "url": "http://facts.example",
        "correctionsPolicy": "http://facts.example/corrections",
    }
    assert review["author"] == review["publisher"] == office
    assert review["claimReviewed"] == CLAIM
    assert review["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "trái với tư liệu được dẫn",
        "ratingValue": 1,
        "bestRating": 5,
        "worstRating": 1,
    }
    claim = review["itemReviewed"]
    assert (claim["@type"], claim["text"]) == ("Claim", CLAIM)
    # The Courier printed it first.
    assert claim["author"] == {"@type": "Organization", "name": "The Monsoon Courier"}
    assert claim["firstAppearance"]["url"].startswith("https://courier.example/")
    assert [one["publisher"]["name"] for one in claim["appearance"]] == ["Báo Thanh Lam Mới"]
    assert [one["publisher"]["name"] for one in review["citation"]] == ["Cục Thống kê"]
    assert "correction" not in review


def test_what_googles_page_asks_for_is_there_and_as_it_wants_it(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer()
    address = f"/published/{brief}/vi"
    (review,) = markup(client, address)
    # Required: claimReviewed, reviewRating with its words, and the url of this very page, without a redirect.
    assert review["claimReviewed"]
    assert review["reviewRating"]["alternateName"]
    assert review["url"] == f"http://facts.example{address}"
    assert client.get(address).status_code == 200
    # Recommended: who reviewed it; numbers of which the best is the greatest and the least at least 1; the claim.
    rating = review["reviewRating"]
    assert 1 <= rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]
    assert rating["worstRating"] < rating["bestRating"]
    assert {"name", "url"} <= set(review["author"])
    assert {"author", "datePublished", "firstAppearance", "appearance"} <= set(review["itemReviewed"])
    # The claim's own words, with no judgement in them.
    assert rating["alternateName"] not in review["claimReviewed"]


def test_the_page_says_what_the_markup_says(publisher: Publisher, client: TestClient) -> None:
    brief = publisher.answer()
    page = client.get(f"/published/{brief}/vi").text
    (review,) = markup(client, f"/published/{brief}/vi")
    shown = _BLOCK.sub("", page)
    assert CLAIM in shown
    assert review["reviewRating"]["alternateName"] in shown
    for work in [*review["citation"], review["itemReviewed"]["firstAppearance"]]:
        assert work["url"] in shown


def test_a_correction_is_in_the_markup_and_a_withdrawal_takes_it_off(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer()
    publisher.correct(brief, note="Tiêu đề sai năm.", title="Gạo năm 2024")
    (review,) = markup(client, f"/published/{brief}/vi")
    assert find_faults(review) == []
    assert [one["text"] for one in review["correction"]] == ["Tiêu đề sai năm."]
    assert review["dateModified"] > review["datePublished"]
    publisher.withdraw(brief, reason="Số liệu được công bố lại.")
    assert markup(client, f"/published/{brief}/vi") == []


def test_a_review_stands_on_one_page_only(publisher: Publisher, client: TestClient) -> None:
    brief = publisher.answer()
    publisher.correct(brief, note="Sai chính tả.", grade=ChangeGrade.TYPO)
    others = ["/", f"/published/{brief}", f"/published/{brief}/vi/1", f"/published/{brief}/vi/2"]
    assert [markup(client, path) for path in others] == [[], [], [], []]
    assert len(markup(client, f"/published/{brief}/vi")) == 1


def test_a_fact_sheet_reviews_no_claim(publisher: Publisher, client: TestClient) -> None:
    brief = publisher.tell("health", title="Tiêm chủng năm 2025")
    assert markup(client, f"/published/{brief}/vi") == []


def test_a_quotation_belongs_to_the_office_quoted_and_to_nobody_when_none_is_known(
    publisher: Publisher, client: TestClient, sessions: Sessions
) -> None:
    brief = publisher.answer()
    expected: list[tuple[str | None, dict[str, str] | None]] = [
        ("Hiệp hội Lương thực", {"@type": "Organization", "name": "Hiệp hội Lương thực"}),
        (None, None),
    ]
    for party, said_by in expected:
        with writing(sessions) as session:
            for claim in session.query(Claim):
                claim.asserted_by, claim.quoted_party = AssertedBy.QUOTED, party
        (review,) = markup(client, f"/published/{brief}/vi")
        assert review["itemReviewed"].get("author") == said_by
        assert find_faults(review) == []


def test_a_source_without_a_web_address_is_cited_by_name_alone(
    publisher: Publisher, client: TestClient, sessions: Sessions
) -> None:
    brief = publisher.answer()
    with writing(sessions) as session:
        session.query(Article).filter_by(title="Xuất khẩu gạo năm 2024").one().url = "sheet:1"
    (review,) = markup(client, f"/published/{brief}/vi")
    (cited,) = review["citation"]
    assert "url" not in cited
    assert (cited["name"], cited["publisher"]["name"]) == ("Xuất khẩu gạo năm 2024", "Cục Thống kê")
    assert find_faults(review) == []


def test_a_text_cannot_end_the_markup(publisher: Publisher, client: TestClient, sessions: Sessions) -> None:
    brief = publisher.answer(title="</script><script>alert(1)</script>")
    page = client.get(f"/published/{brief}/vi").text
    assert "<script>alert" not in page
    (review,) = markup(client, f"/published/{brief}/vi")
    assert review["headline"] == "</script><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("label", "alert_worthy", "found"),
    [
        (Label.CONTRADICTED, True, Label.CONTRADICTED),
        (Label.CONTRADICTED, False, None),
        (Label.NOT_ENOUGH_EVIDENCE, False, None),
        (Label.MISSING_CONTEXT, False, Label.MISSING_CONTEXT),
        (Label.SUPPORTED, False, Label.SUPPORTED),
    ],
)
def test_what_lies_below_the_threshold_is_no_finding(
    label: Label, alert_worthy: bool, found: Label | None
) -> None:
    assert finding(label, alert_worthy) is found


@pytest.mark.parametrize(
    ("node", "fault"),
    [
        ({"@type": "Verdict"}, "/: no type 'Verdict'"),
        ({"@type": "Claim", "byline": "x"}, "/byline: no such property"),
        ({"@type": "Claim", "claimReviewed": "x"}, "/claimReviewed: Claim has no claimReviewed"),
        (
            {"@type": "ClaimReview", "reviewRating": {"@type": "Claim"}},
            "/reviewRating: Claim is none of ['Rating']",
        ),
        ({"@type": "Claim", "url": "no address"}, "/url: 'no address' is none of ['URL']"),
        (
            {"@type": "Claim", "datePublished": "23/11/2026"},
            "/datePublished: '23/11/2026' is none of ['Date', 'DateTime']",
        ),
        ({"@type": "Claim", "datePublished": None}, "/datePublished: None is no value"),
    ],
)
def test_the_check_itself_would_notice(node: dict[str, Any], fault: str) -> None:
    assert find_faults(node) == [fault]
