"""`dinhchinh demo`: the whole pipeline and the console against a newsroom of our own on loopback."""

import os
import secrets
import tempfile
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import typer
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from api.accounts import create_user
from api.credentials import create_key
from dinhchinh import pipeline
from dinhchinh.cli.crawling import print_summary, shown_progress
from dinhchinh.cli.service import listen, serve
from dinhchinh.cli.setup import initialise
from dinhchinh.demo import NETWORK, Newsroom
from dinhchinh.home import now, open_database
from dinhchinh.settings import Settings, load_settings
from dinhchinh.wiring import open_house
from ingest.opml import read_opml
from ingest.sources import import_sources
from models import (
    Alert,
    Article,
    Assessment,
    AssessmentPassage,
    Claim,
    Passage,
    Sessions,
    UserRole,
    writing,
)

STAFF = (
    ("an@demo.example", "An", UserRole.ANALYST),
    ("binh@demo.example", "Bình", UserRole.PRESS_OFFICER),
    ("chi@demo.example", "Chi", UserRole.APPROVER),
)


@dataclass(frozen=True, slots=True)
class Access:
    """How to get into the demonstration: one password for all three, and the analyst's API key."""

    password: str
    key: str


def demo(
    once: bool = typer.Option(
        False, "--once", help="Print what was found and stop, instead of serving the console."
    ),
) -> None:
    """See the whole pipeline at work: invented outlets on loopback, a fresh database, the console."""
    with tempfile.TemporaryDirectory(prefix="dinhchinh-demo-") as folder, Newsroom() as newsroom:
        settings = demo_settings(Path(folder))
        initialise(settings)
        with (
            nullcontext() if once else listen(settings) as listening,
            open_database(settings) as database,
            open_house(settings, database) as house,
        ):
            access = add_staff(database.sessions)
            lines = read_opml(newsroom.opml().encode())
            import_sources(database.sessions, lines, now=now())
            with shown_progress() as progress:
                gathered = pipeline.gather(house, patience=timedelta(0), progress=progress)
                judged = pipeline.judge(house, progress=progress)
            print_summary(pipeline.Summary(gathered=gathered, judged=judged, told=pipeline.tell(house)))
            print_alerts(database.sessions)
            if listening is None:
                return
            typer.echo(
                f"open      {settings.public_url}/desk/ as {', '.join(email for email, _, _ in STAFF)}"
            )
            typer.echo(f"          password {access.password}; API key {access.key}")
            typer.echo("stop      Ctrl+C; everything is thrown away")
            serve(settings, house, listening)


def demo_settings(home: Path) -> Settings:
    """The environment's settings, but with a home and database of its own and the newsroom's network allowed."""
    kept = {name: value for name, value in os.environ.items() if name in {"DINHCHINH_HOST", "DINHCHINH_PORT"}}
    own = {
        "DINHCHINH_HOME": str(home),
        "DINHCHINH_ALLOW_NETWORKS": str(ip_network(NETWORK)),
        "DINHCHINH_HOST_DELAY": "0.1",
        "DINHCHINH_OFFICE": "Phòng Thông tin tỉnh Sông Lam (trình diễn)",
    }
    return load_settings(kept | own)


def add_staff(sessions: Sessions) -> Access:
    """An analyst, a press officer and an approver with one password made up for this run."""
    password = secrets.token_urlsafe(15)
    with writing(sessions) as session:
        users = [
            create_user(session, email=email, name=name, role=role, password=password, now=now())
            for email, name, role in STAFF
        ]
        return Access(password, create_key(session, users[0], label="demo", now=now()).key)


def print_alerts(sessions: Sessions) -> None:
    """Each alert: the sentence, where it was printed, and the passage that says otherwise."""
    same = aliased(Claim)
    carriers = select(func.count(same.article_id.distinct())).where(same.group_id == Alert.group_id)
    query = (
        select(Alert, Assessment, Claim, Article, Passage, carriers.scalar_subquery())
        .join(Assessment, Assessment.id == Alert.assessment_id)
        .join(Claim, Claim.id == Assessment.claim_id)
        .join(Article, Article.id == Claim.article_id)
        .join(AssessmentPassage, AssessmentPassage.assessment_id == Assessment.id)
        .join(Passage, Passage.id == AssessmentPassage.passage_id)
        .where(AssessmentPassage.rank == 1)
        .order_by(Alert.priority.desc(), Alert.id)
    )
    with sessions() as session:
        for alert, assessment, claim, article, passage, articles in session.execute(query):
            typer.echo(
                f"alert {alert.id}   “{claim.text}”\n"
                f"          {article.url}, in {articles} article{'s' * (articles > 1)}; "
                f"probability {assessment.probability:.3f}\n"
                f"          {passage.publisher}: “{passage.text.splitlines()[0]}”"
            )
