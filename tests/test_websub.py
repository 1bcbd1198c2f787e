"""The house as the command opens it subscribes at a source's hub, and shows that the source is pushed."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from dinhchinh import pipeline
from models import UserRole
from tests.house import opened_house
from tests.ingest.fake_hub import open_hub
from tests.ingest.fake_news import Reply, open_newsroom, rss
from tests.test_command import dinhchinh

PUBLIC = "http://127.30.0.200:8000"
OPML = """<opml version="2.0"><body>
<outline type="rss" text="Tin" xmlUrl="{url}" category="/role/monitored,/scope/all" /></body></opml>"""


def test_a_house_with_a_public_address_is_pushed_and_says_so(tmp_path: Path) -> None:
    with (
        open_newsroom() as news,
        open_hub() as hub,
        opened_house(tmp_path, networks="127.30.0.0/16", DINHCHINH_PUBLIC_URL=PUBLIC) as opened,
    ):
        link = {"Link": f'<{hub.url}>; rel="hub"'}
        opened.read(OPML.format(url=news.tell("/rss", Reply(rss(), headers=link))))
        pipeline.gather(opened.house, patience=timedelta(0))
        assert pipeline.subscribe(opened.house).accepted == 1
        (form,) = hub.forms
        assert form["hub.callback"].startswith(f"{PUBLIC}/websub/")
        admin = opened.as_(UserRole.ADMIN)
        question = {"hub.mode": "subscribe", "hub.topic": form["hub.topic"], "hub.challenge": "x"}
        answer = admin.get(urlsplit(form["hub.callback"]).path, params=question)
        assert (answer.status_code, answer.text) == (200, "x")
        (shown,) = admin.get("/sources/1").json()["hubs"]
        assert (shown["hub"], shown["topic"], shown["state"]) == (hub.url, news.url("/rss"), "active")
        assert shown["lease_until"] is not None
        assert not {"token", "secret", "secret_encrypted"} & set(shown)
        metrics = admin.get("/metrics").text
        assert 'dinhchinh_hub_subscriptions{state="active"} 1.0' in metrics
        assert "dinhchinh_hub_bad_signatures 0.0" in metrics
        listed = dinhchinh(tmp_path, "sources", "list").stdout
        assert f"; pushed until {shown['lease_until'][:10]}" in listed


def test_a_house_without_one_takes_note_of_hubs_and_asks_none(tmp_path: Path) -> None:
    with (
        open_newsroom() as news,
        open_hub() as hub,
        opened_house(tmp_path, networks="127.30.0.0/16") as opened,
    ):
        link = {"Link": f'<{hub.url}>; rel="hub"'}
        opened.read(OPML.format(url=news.tell("/rss", Reply(rss(), headers=link))))
        pipeline.gather(opened.house, patience=timedelta(0))
        assert pipeline.subscribe(opened.house).asked == 0
        assert hub.asked == []
        (shown,) = opened.as_(UserRole.ADMIN).get("/sources/1").json()["hubs"]
        assert shown["state"] == "offered"
