"""schema.org ClaimReview: what a brief says of a claim, for programs that collect answers. Pure.

The office is its author, under its own name. It goes on one page only, the newest text's permalink, and comes off
when the brief is withdrawn. Numbers follow the scale that is usual for the exchange, 1 to 5; what the record alone
does not place on it has words and no number.
"""

from datetime import datetime
from typing import Any

from api.pages.rendering import link_only
from api.pages.wording import Language, name_value, say
from api.views.answered import AnsweredOut, AppearanceOut
from api.views.published import CitationOut, PublishedOut
from models import ChangeGrade, Label

BEST, WORST = 5, 1
_PLACES = {Label.SUPPORTED: 5, Label.MISSING_CONTEXT: 3, Label.CONTRADICTED: 1}


def review_claim(
    brief: PublishedOut, *, permalink: str, office: str, public_url: str, language: Language
) -> dict[str, Any] | None:
    """The JSON-LD of a brief, or None for a fact sheet, an earlier version or a withdrawn brief."""
    if brief.answers is None or brief.withdrawn_at is not None or brief.number != brief.newest_number:
        return None
    publisher = _organisation(office) | {"url": public_url, "correctionsPolicy": f"{public_url}/corrections"}
    changes = [one for one in brief.editions if one.grade is not ChangeGrade.FIRST]
    review: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": permalink,
        "headline": brief.title,
        "inLanguage": brief.language,
        "datePublished": _moment(brief.first_published_at),
        "dateModified": _moment(brief.published_at),
        "author": publisher,
        "publisher": publisher,
        "claimReviewed": brief.answers.text,
        "reviewRating": _rate(brief.answers.label, language),
        "itemReviewed": _describe_claim(brief.answers),
        "citation": [_cite(one) for one in brief.citations],
    }
    if changes:
        review["correction"] = [
            {
                "@type": "CorrectionComment",
                "text": one.change_note,
                "datePublished": _moment(one.published_at),
            }
            for one in changes
        ]
    return review


def say_finding(label: Label | None, language: Language) -> str:
    """How the claim stands to the record, in the words that page and markup share."""
    return say("answered_by_record", language) if label is None else name_value("label", label, language)


def _rate(label: Label | None, language: Language) -> dict[str, Any]:
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": say_finding(label, language)}
    if label in _PLACES:
        rating |= {"ratingValue": _PLACES[label], "bestRating": BEST, "worstRating": WORST}
    return rating


def _describe_claim(answered: AnsweredOut) -> dict[str, Any]:
    claim: dict[str, Any] = {"@type": "Claim", "text": answered.text}
    if answered.language:
        claim["inLanguage"] = answered.language
    if not answered.appearances:
        return claim
    first, *others = answered.appearances
    if first.said_by:
        claim["author"] = _organisation(first.said_by)
    if first.published_at:
        claim["datePublished"] = _moment(first.published_at)
    claim["firstAppearance"] = _appear(first)
    if others:
        claim["appearance"] = [_appear(one) for one in others]
    return claim


def _appear(appearance: AppearanceOut) -> dict[str, Any]:
    return _work(appearance.url, appearance.title, appearance.outlet, appearance.published_at)


def _cite(citation: CitationOut) -> dict[str, Any]:
    return _work(citation.url, citation.title, citation.publisher, citation.published_at)


def _work(url: str, name: str, publisher: str, published_at: datetime | None) -> dict[str, Any]:
    work: dict[str, Any] = {"@type": "CreativeWork", "publisher": _organisation(publisher)}
    # What was filed by hand may be published nowhere else.
    if link_only(url):
        work["url"] = url
    if name:
        work["name"] = name
    if published_at:
        work["datePublished"] = _moment(published_at)
    return work


def _organisation(name: str) -> dict[str, Any]:
    return {"@type": "Organization", "name": name}


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
