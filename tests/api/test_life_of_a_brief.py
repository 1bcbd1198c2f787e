"""One brief from its first draft to its withdrawal, and what readers, programs and subscribers have of it at each step."""

import io
import json
import re
from typing import Any

import feedparser
from fastapi.testclient import TestClient
from pypdf import PdfReader
from sqlalchemy import select

from models import Event, Sessions
from tests.api.conftest import Person, World
from tests.api.schema_org import find_faults

FIRST, SECOND = "Xuất khẩu gạo năm 2023 đạt 9,18 triệu tấn", "Xuất khẩu gạo năm 2024 đạt 9,18 triệu tấn"


class Desk:
    """Acts on a brief over HTTP, always at its present version, and looks at all that is public of it."""

    def __init__(self, client: TestClient, sessions: Sessions, brief_id: int) -> None:
        self.client, self.sessions, self.id = client, sessions, brief_id

    def act(self, who: Person, path: str, **sent: Any) -> Any:
        url = f"/briefs/{self.id}"
        tag = {"If-Match": self.client.get(url, headers=who.headers).headers["etag"]}
        return self.client.post(f"{url}/{path}", headers=who.headers | tag, json=sent or None)

    def newest(self, who: Person) -> int:
        texts = self.client.get(f"/briefs/{self.id}", headers=who.headers).json()["texts"]
        version_id: int = texts[0]["id"]
        return version_id

    def told(self) -> list[str]:
        with self.sessions() as session:
            return [str(kind) for kind in session.scalars(select(Event.type).order_by(Event.id))][1:]

    def everything_public(self) -> dict[str, str]:
        """What each format says, as text; empty where there is nothing."""
        page = f"/published/{self.id}/vi"
        found = {
            "page": page,
            "text": f"{page}.txt",
            "data": f"/published/{self.id}.json",
            "oembed": f"/oembed?url=http://facts.example{page}",
        }
        said = {name: self._text(path) for name, path in found.items()}
        printed = self.client.get(f"{page}.pdf")
        if printed.status_code == 200:
            pages = PdfReader(io.BytesIO(printed.content)).pages
            said["pdf"] = " ".join(" ".join(one.extract_text() for one in pages).split())
        else:
            said["pdf"] = ""
        entries = feedparser.parse(self._text("/published/feed.atom")).entries
        said["atom"] = " ".join(f"{one.title} {one.content[0].value}" for one in entries)
        items = json.loads(self._text("/published/feed.json"))["items"]
        said["json feed"] = " ".join(f"{one['title']} {one['content_html']}" for one in items)
        said["index"] = self._text("/") if "/published/" + str(self.id) in self._text("/") else ""
        said["sitemap"] = page if f"http://facts.example{page}<" in self._text("/sitemap.xml") else ""
        return said

    def review(self) -> dict[str, Any] | None:
        """The markup on the permalink, held against schema.org."""
        found = re.search(r'ld\+json">(.*?)</script>', self._text(f"/published/{self.id}/vi"), re.DOTALL)
        if found is None:
            return None
        review: dict[str, Any] = json.loads(found[1])
        assert find_faults(review) == []
        return review

    def _text(self, path: str) -> str:
        answer = self.client.get(path)
        return answer.text if answer.status_code == 200 else ""


def text(passage_id: int, title: str) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [
        {"kind": "fact", "text": "Cả nước xuất khẩu 9,18 triệu tấn.", "passage_ids": [passage_id]},
        {"kind": "claim", "text": "Có báo viết 12 triệu tấn."},
        {"kind": "difference", "text": "Hai con số khác nhau.", "passage_ids": [passage_id]},
    ]
    return {"language": "vi", "title": title, "blocks": blocks}


def open_desk(client: TestClient, sessions: Sessions, world: World, officer: Person) -> Desk:
    url = f"/alerts/{world.alert_id}"
    client.post(f"{url}/hold", headers=officer.headers | {"If-Match": '"1"'})
    client.post(f"{url}/decide", headers=officer.headers | {"If-Match": '"2"'}, json={"outcome": "respond"})
    made = client.post("/briefs", headers=officer.headers, json={"alert_id": world.alert_id})
    assert made.status_code == 201, made.text
    return Desk(client, sessions, made.json()["id"])


def test_nothing_is_public_before_two_people_agreed_and_nothing_vanishes_after(
    client: TestClient, sessions: Sessions, world: World, officer: Person, approver: Person
) -> None:
    desk = open_desk(client, sessions, world, officer)
    nothing = dict.fromkeys(desk.everything_public(), "")

    def publish() -> None:
        assert desk.act(officer, "submit", language="vi").status_code == 200
        assert desk.act(approver, f"versions/{desk.newest(approver)}/approve").status_code == 200
        assert desk.act(officer, "publish", language="vi").status_code == 200

    # A draft whose second block rests on nothing is refused approval, by its place.
    uncited = text(world.passage_id, FIRST)
    uncited["blocks"][2].pop("passage_ids")
    assert desk.act(officer, "versions", **uncited).status_code == 201
    assert desk.act(officer, "submit", language="vi").status_code == 200
    refused = desk.act(approver, f"versions/{desk.newest(approver)}/approve")
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (
        422,
        ["#/blocks/2"],
    )
    assert (desk.everything_public(), desk.review(), desk.told()) == (nothing, None, [])

    # Mended, it still cannot be approved by its author, nor published unapproved.
    assert desk.act(officer, "versions", **text(world.passage_id, FIRST)).status_code == 201
    assert desk.act(officer, "submit", language="vi").status_code == 200
    assert desk.act(officer, f"versions/{desk.newest(officer)}/approve").status_code == 403
    assert desk.act(officer, "publish", language="vi").status_code == 409
    assert (desk.everything_public(), desk.review(), desk.told()) == (nothing, None, [])

    assert desk.act(approver, f"versions/{desk.newest(approver)}/approve").status_code == 200
    assert (desk.everything_public(), desk.review(), desk.told()) == (nothing, None, [])
    assert desk.act(officer, "publish", language="vi").status_code == 200
    for name, said in desk.everything_public().items():
        assert FIRST in said or name == "sitemap", name
    review = desk.review()
    assert review is not None
    assert (review["headline"], review["reviewRating"]["ratingValue"]) == (FIRST, 1)
    assert desk.told() == ["brief.published"]

    # A correction shows its note; the first text stays at its own address.
    correction = text(world.passage_id, SECOND) | {
        "grade": "correction",
        "change_note": "Tiêu đề ghi sai năm.",
    }
    assert desk.act(officer, "correct", **correction).status_code == 201
    publish()
    for name, said in desk.everything_public().items():
        assert SECOND in said or name == "sitemap", name
        assert FIRST not in said, name
        assert "Tiêu đề ghi sai năm." in said or name in ("sitemap", "index", "oembed"), name
    corrected = desk.review()
    assert corrected is not None
    assert [one["text"] for one in corrected["correction"]] == ["Tiêu đề ghi sai năm."]
    assert FIRST in client.get(f"/published/{desk.id}/vi/2").text
    assert "Tiêu đề ghi sai năm." in client.get("/corrections").text
    assert desk.told() == ["brief.published", "brief.corrected"]

    # Withdrawn, it is still everywhere, and says so first.
    assert desk.act(officer, "withdraw", reason="Số liệu được công bố lại.").status_code == 201
    assert desk.act(approver, f"versions/{desk.newest(approver)}/approve").status_code == 200
    assert desk.act(officer, "publish", language="vi").json()["state"] == "withdrawn"
    for name, said in desk.everything_public().items():
        assert SECOND in said or name == "sitemap", name
        assert "Số liệu được công bố lại." in said or name in ("sitemap", "index"), name
    assert "đã rút lại" in desk.everything_public()["index"]
    assert desk.review() is None
    assert "Số liệu được công bố lại." in client.get("/corrections").text
    assert desk.told() == ["brief.published", "brief.corrected", "brief.withdrawn"]
    assert client.get("/stats/public").json()["briefs"] == {"published": 0, "corrected": 0, "withdrawn": 1}
