"""A desk at work: two outlets print a claim, an official page says otherwise, an alert stands, people have keys."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import which

import numpy as np
import pytest
import uvicorn
from cryptography.fernet import Fernet, MultiFernet
from fastapi import FastAPI
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.orm import Session

from api.accounts import create_desk, create_user
from api.app import create_app
from api.credentials import create_key
from api.services import Services
from classify.checking import CheckedPassage, CheckResult, list_steps, tidy_sentence
from classify.library import Library, Query
from classify.precedents import Precedents
from classify.values import Difference as FoundDifference
from classify.values import GateResult, Span, Verdict
from classify.weighing import Weighed
from ingest.documents import read_document
from models import (
    Alert,
    Article,
    ArticleState,
    ArticleVersion,
    AssertedBy,
    Assessment,
    AssessmentPassage,
    Claim,
    ClaimGroup,
    Label,
    Passage,
    PublisherKind,
    Role,
    Sessions,
    Source,
    User,
    UserRole,
    fold,
    pack_text,
    writing,
)
from models.network import parse_networks
from tests.api.publishing import Publisher

MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
PASSWORD = "bốn con trâu gặm cỏ"
CLAIM = "Năm 2024 Việt Nam xuất khẩu 12 triệu tấn gạo."
RECORD = "Năm 2024 cả nước xuất khẩu 9,18 triệu tấn gạo, trị giá 5,75 tỷ USD."


class Clock:
    """A clock that the test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        self.now += time


class LetterEncoder:
    """Texts that share letters are near; enough to find a passage by."""

    name = "letters"
    dimension = 26

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        counts = np.array(
            [[fold(text).count(chr(97 + i)) + 0.01 for i in range(26)] for text in texts], np.float32
        )
        vectors: NDArray[np.float32] = (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(
            np.float32
        )
        return vectors


def check_by_digits(
    library: Library, session: Session, sentence: str, language: str | None, as_of: datetime | None
) -> CheckResult:
    """A sentence with a digit is a fact that whatever is found contradicts, surely where it has two figures.

    Any other sentence is an opinion.
    """
    sentence = tidy_sentence(sentence)
    passed = any(character.isdigit() for character in sentence)
    gate = GateResult(
        passed=passed, gate=None if passed else "fact", reason="" if passed else "opinion", probability=0.5
    )
    ((*hits,),) = library.search(session, [Query(text=sentence, as_of=as_of)]) if passed else ((),)
    sure = sum(word[0].isdigit() for word in sentence.split()) > 1
    verdict = Verdict(
        label="contradicted",
        alert_worthy=sure,
        probability=0.97 if sure else 0.7,
        probabilities={"contradicted": 0.97 if sure else 0.7},
        best=0,
        differences=(FoundDifference(kind="number", claim=Span(0, 3), passage=Span(0, 3)),),
        threshold=0.9,
        label_threshold=0.5,
        model="test",
    )
    found = tuple(CheckedPassage(passage=hit, score=hit.score) for hit in hits)
    return CheckResult(
        sentence=sentence,
        language=language or "vi",
        as_of=as_of,
        model="test",
        gates=gate,
        steps=list_steps(sentence, gate, scope="all"),
        passages=found,
        verdict=verdict if passed else None,
    )


@dataclass
class Scales:
    """Judges as the test says: a passage by its id, to the label that it has beside whatever holds the words."""

    verdicts: dict[int, tuple[str, str]] = field(default_factory=dict)

    def weigh(self, session: Session, texts: Sequence[str]) -> list[list[Weighed]]:
        del session
        return [
            [
                Weighed(text, passage_id, _verdict(label))
                for passage_id, (label, words) in self.verdicts.items()
                if words in text
            ]
            for text in texts
        ]


def _verdict(label: str) -> Verdict:
    return Verdict(
        label=label,  # type: ignore[arg-type]  # the tests' own words, one of the labels
        alert_worthy=label == "contradicted",
        probability=0.97 if label == "contradicted" else 0.01,
        probabilities={label: 0.97},  # type: ignore[dict-item]
        best=0,
        differences=(),
        threshold=0.9,
        label_threshold=0.5,
        model="test",
    )


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account and a key."""

    user: User
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


@dataclass(frozen=True, slots=True)
class World:
    """What is in the database when a test begins."""

    alert_id: int
    claim_id: int
    passage_id: int
    desk_id: int
    source_id: int
    article_id: int


@pytest.fixture
def clock() -> Clock:
    return Clock(MORNING)


@pytest.fixture
def scales() -> Scales:
    return Scales()


@pytest.fixture
def services(sessions: Sessions, clock: Clock, scales: Scales, tmp_path: Path) -> Services:
    library = Library(tmp_path / "library", LetterEncoder())
    precedents = Precedents(tmp_path / "library", LetterEncoder())
    return Services(
        sessions=sessions,
        clock=clock,
        cipher=MultiFernet([Fernet(Fernet.generate_key())]),
        library=lambda: library,
        precedents=lambda: precedents,
        check=partial(check_by_digits, library),
        weigh=scales.weigh,
        read_document=read_document,
        public_url="http://facts.example",
        office="Phòng Thông tin",
        contact="mailto:desk@facts.example",
        allowed_networks=parse_networks(["127.0.0.0/8"]),
    )


@pytest.fixture
def app(services: Services) -> FastAPI:
    return create_app(services)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client that shows failures of the service as the 500 that a stranger would see."""
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real one, without anybody's profile."""
    chromium = which("chromium")
    if chromium is None:
        pytest.fail("Chromium is missing, so no page was looked at: run `make packages` (Debian's chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """The service on a free port of loopback."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    listening = server.config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def world(sessions: Sessions, clock: Clock) -> World:
    with writing(sessions) as session:
        return fill(session, clock.now)


class People:
    """Accounts by name, made when first asked for."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def add(
        self, name: str, role: UserRole, desk_id: int | None = None, password: str | None = None
    ) -> Person:
        with writing(self._sessions) as session:
            user = create_user(
                session,
                email=f"{name}@facts.example",
                name=name.capitalize(),
                role=role,
                desk_id=desk_id,
                password=password,
                now=self._clock.now,
            )
            made = create_key(session, user, label="test", now=self._clock.now)
            return Person(user, made.key)


@pytest.fixture
def people(sessions: Sessions, clock: Clock) -> People:
    return People(sessions, clock)


@pytest.fixture
def analyst(people: People, world: World) -> Person:
    return people.add("an", UserRole.ANALYST, world.desk_id)


@pytest.fixture
def officer(people: People, world: World) -> Person:
    return people.add("oanh", UserRole.PRESS_OFFICER, world.desk_id)


@pytest.fixture
def approver(people: People, world: World) -> Person:
    return people.add("phuong", UserRole.APPROVER, world.desk_id)


@pytest.fixture
def admin(people: People, world: World) -> Person:
    return people.add("quan", UserRole.ADMIN)


@pytest.fixture
def editor(people: People, world: World) -> Person:
    return people.add("bien", UserRole.EDITOR)


@pytest.fixture
def publisher(sessions: Sessions, clock: Clock, world: World, officer: Person, approver: Person) -> Publisher:
    """The press officer and the approver, who publish for the asking."""
    return Publisher(sessions, clock, world, officer, approver, record=RECORD)


def fill(session: Session, now: datetime) -> World:
    """One claim in two outlets, one passage that says otherwise, one alert."""
    desk = create_desk(session, slug="trung-uong", name="Phòng Thông tin", now=now)
    outlets = [
        Source(
            url=f"https://{slug}.example/rss",
            title=title,
            role=Role.MONITORED,
            created_at=now,
            country=country,
        )
        for slug, title, country in [
            ("moi", "Báo Thanh Lam Mới", "vn"),
            ("courier", "The Monsoon Courier", "sg"),
        ]
    ]
    office = Source(
        url="https://thongke.example/rss",
        title="Cục Thống kê",
        role=Role.OFFICIAL,
        publisher_kind=PublisherKind.OFFICIAL,
        created_at=now,
        country="vn",
    )
    session.add_all([*outlets, office])
    session.flush()
    record, record_text = add_article(
        session, office, "Xuất khẩu gạo năm 2024", RECORD, now - timedelta(days=300)
    )
    passage = Passage(
        version_id=record_text.id,
        article_id=record.id,
        position=0,
        start=0,
        end=len(RECORD),
        text=RECORD,
        folded=fold(RECORD),
        language="vi",
        publisher=office.title,
        publisher_kind=PublisherKind.OFFICIAL,
        filed_at=now,
        published_at=record.published_at,
    )
    group = ClaimGroup(
        key="https://moi.example/1#0",
        text=CLAIM,
        language="vi",
        first_seen_at=now,
        last_seen_at=now,
        subject="economy_and_statistics",
    )
    session.add_all([passage, group])
    session.flush()
    claims = [
        add_claim(session, outlet, f"{outlet.title} viết về gạo", group, now - timedelta(hours=hours))
        for hours, outlet in enumerate(outlets, start=2)
    ]
    assessment = Assessment(
        claim_id=claims[0].id,
        label=Label.CONTRADICTED,
        probability=0.96,
        probabilities={"contradicted": 0.96},
        threshold=0.91,
        alert_worthy=True,
        differences=[{"kind": "number", "claim": find("12", CLAIM), "passage": find("9,18", RECORD)}],
        model="test-1",
        assessed_at=now,
        considered_at=now,
    )
    session.add(assessment)
    session.flush()
    session.add(AssessmentPassage(assessment_id=assessment.id, rank=1, passage_id=passage.id, score=0.9))
    parts = {"probability": 0.48, "outlets": 0.05, "growth": 0.0, "subject": 0.05, "age": 0.1}
    alert = Alert(
        group_id=group.id,
        assessment_id=assessment.id,
        raised_at=now,
        updated_at=now,
        priority=0.68,
        priority_parts=parts,
        desk_id=desk.id,
    )
    session.add(alert)
    session.flush()
    return World(alert.id, claims[0].id, passage.id, desk.id, outlets[0].id, claims[0].article_id)


def find(words: str, text: str) -> list[int]:
    """Where words stand in a text, as stored spans."""
    start = text.index(words)
    return [start, start + len(words)]


def add_article(
    session: Session, source: Source, title: str, text: str, published_at: datetime
) -> tuple[Article, ArticleVersion]:
    host = source.url.removesuffix("/rss")
    url = f"{host}/{fold(title).replace(' ', '-')}"
    article = Article(
        url=url,
        link=url,
        source_id=source.id,
        first_seen_at=published_at,
        state=ArticleState.READ,
        title=title,
        published_at=published_at,
        language="vi",
        versions=1,
    )
    session.add(article)
    session.flush()
    version = ArticleVersion(
        article_id=article.id,
        number=1,
        title=title,
        text_zstd=pack_text(text),
        text_sha256="0" * 64,
        language="vi",
        fetched_at=published_at,
    )
    session.add(version)
    session.flush()
    return article, version


def add_claim(
    session: Session, source: Source, title: str, group: ClaimGroup, published_at: datetime, text: str = CLAIM
) -> Claim:
    article, version = add_article(session, source, title, text, published_at)
    claim = Claim(
        version_id=version.id,
        article_id=article.id,
        start=0,
        end=len(text),
        text=text,
        language="vi",
        asserted_by=AssertedBy.OUTLET,
        probability=0.95,
        model="test-1",
        found_at=published_at,
        group_id=group.id,
    )
    session.add(claim)
    session.flush()
    return claim


def add_alerts(sessions: Sessions, count: int, now: datetime, desk_id: int | None) -> list[int]:
    """More alerts, each less urgent than the one before."""
    with writing(sessions) as session:
        source = session.get_one(Source, 1)
        made = []
        for number in range(count):
            text = f"Tỉnh số {number} có {number + 100} trường học."
            group = ClaimGroup(
                key=f"more-{number}", text=text, language="vi", first_seen_at=now, last_seen_at=now
            )
            session.add(group)
            session.flush()
            add_claim(session, source, f"Bài {number}", group, now, text)
            alert = Alert(
                group_id=group.id,
                assessment_id=None,
                raised_at=now,
                updated_at=now,
                # Pairs share a priority, so that a page can end in the middle of a tie.
                priority=round(0.5 - (number // 2) * 0.01, 3),
                priority_parts={"probability": 0.0},
                desk_id=desk_id,
            )
            session.add(alert)
            session.flush()
            made.append(alert.id)
        return made
