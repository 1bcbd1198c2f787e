"""A small newsroom of rows, and an encoder, a claim model and a verifier that do what a test tells them."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.facts import ClaimModel, FactJudgement
from classify.terms import split_terms
from classify.values import Difference, Label, Ranked, Span, Verdict
from models import (
    Article,
    ArticleVersion,
    Passage,
    PublisherKind,
    Role,
    Scope,
    Sessions,
    Source,
    Story,
    fold,
    pack_text,
    writing,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)

RICE = "Việt Nam xuất khẩu 8,1 triệu tấn gạo trong năm 2023, theo Tổng cục Hải quan."
DAM = "Nhà máy thủy điện Hòa Bình có công suất 1.920 MW và tám tổ máy."
HUE = "Thành phố Huế đón 3,2 triệu lượt khách du lịch trong năm ngoái."


class WordEncoder:
    """A text's vector is the sum of its words' random ones; `means` makes one word stand for another."""

    def __init__(
        self, name: str = "words", *, dimension: int = 64, means: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.dimension = dimension
        self.encoded: list[str] = []
        self._means = dict(means or {})

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += texts
        rows = [self._encode(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension)

    def _encode(self, text: str) -> NDArray[np.float64]:
        total = np.full(self.dimension, 1e-6)
        for term in split_terms(fold(text)):
            seed = zlib.crc32((self.name + self._means.get(term, term)).encode())
            total = total + np.random.default_rng(seed).normal(size=self.dimension)
        return np.asarray(total / np.linalg.norm(total))


class ScriptedClaimModel(ClaimModel):
    """Takes every sentence for a fact but those it was told are none, and breaks on those it was told to."""

    def __init__(self, *, opinions: Sequence[str] = (), breaks_on: Sequence[str] = ()) -> None:
        self._opinions = opinions
        self._breaks_on = breaks_on

    def judge_facts(self, sentences: Sequence[str]) -> list[FactJudgement]:
        if set(sentences) & set(self._breaks_on):
            raise RuntimeError("this sentence was never foreseen")
        return [
            FactJudgement(0.1, False) if sentence in self._opinions else FactJudgement(0.9, True)
            for sentence in sentences
        ]


class ScriptedVerifier:
    """Contradicts what it was told to contradict, misses context where it was told to; keeps the order it is given."""

    def __init__(
        self,
        *,
        contradicts: Sequence[str] = (),
        lacking_context: Sequence[str] = (),
        breaks_on: Sequence[str] = (),
    ) -> None:
        self.contradicts = contradicts
        self.lacking_context = lacking_context
        self.breaks_on = breaks_on
        self.seen: list[tuple[str, Sequence[str]]] = []

    def rerank(
        self, claim: str, candidates: Sequence[str], scores: Sequence[float] | None = None
    ) -> list[Ranked]:
        return [Ranked(index, 1.0 / (index + 1)) for index in range(len(candidates))]

    def assess_many(self, pairs: Sequence[tuple[str, Sequence[str]]]) -> list[Verdict]:
        if any(claim in self.breaks_on for claim, _ in pairs):
            raise RuntimeError("this claim was never foreseen")
        self.seen += pairs
        return [self._assess(claim, passages) for claim, passages in pairs]

    def _assess(self, claim: str, passages: Sequence[str]) -> Verdict:
        if claim in self.lacking_context and passages:
            return self._miss_context(passages)
        contradicted = claim in self.contradicts and bool(passages)
        label: Label = "contradicted" if contradicted else "not_enough_evidence"
        return Verdict(
            label=label,
            alert_worthy=contradicted,
            probability=0.99 if contradicted else 0.01,
            probabilities={label: 1.0},
            # The last passage decides, so that a test can see it put first.
            best=len(passages) - 1 if passages else None,
            differences=(Difference(kind="number", claim=Span(0, 2), passage=None),),
            threshold=0.9,
            label_threshold=0.5,
            model="scripted",
        )

    def _miss_context(self, passages: Sequence[str]) -> Verdict:
        return Verdict(
            label="missing_context",
            alert_worthy=False,
            probability=0.0,
            probabilities={"missing_context": 0.99, "not_enough_evidence": 0.01},
            best=0,
            differences=(Difference(kind="context", claim=None, passage=Span(0, len(passages[0]))),),
            threshold=0.9,
            label_threshold=0.5,
            model="scripted",
        )


@dataclass(frozen=True, slots=True)
class ScriptedModels:
    claims: ScriptedClaimModel = field(default_factory=ScriptedClaimModel)
    verifier: ScriptedVerifier = field(default_factory=ScriptedVerifier)
    version: str = "test-1"


class Newsroom:
    """Puts sources, articles, versions and passages into the database."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions

    def source(
        self,
        role: Role = Role.OFFICIAL,
        *,
        scope: Scope = Scope.ALL,
        kind: PublisherKind = PublisherKind.OFFICIAL,
    ) -> int:
        with writing(self.sessions) as session:
            number = len(session.query(Source).all())
            source = Source(
                url=f"https://source-{number}.example/feed",
                title=f"Source {number}",
                role=role,
                scope=scope,
                publisher_kind=kind,
                created_at=NOON,
            )
            session.add(source)
            session.flush()
            return source.id

    def article(
        self,
        source_id: int,
        url: str,
        *texts: str,
        title: str = "",
        language: str = "vi",
        published_at: datetime | None = NOON,
        story: str | None = None,
    ) -> int:
        """An article with one version for every text, fetched a day apart from its publication on."""
        with writing(self.sessions) as session:
            article = Article(
                url=url,
                link=url,
                source_id=source_id,
                first_seen_at=NOON,
                title=title,
                language=language,
                published_at=published_at,
                story_id=_story_id(session, story),
            )
            session.add(article)
            session.flush()
            for text in texts:
                self._add_version(session, article, text)
            return article.id

    def update(self, article_id: int, text: str) -> None:
        """A new version of the article, fetched a day after the one before."""
        with writing(self.sessions) as session:
            self._add_version(session, session.get_one(Article, article_id), text)

    def passage(self, source_id: int, url: str, *texts: str, **article: Any) -> int:
        """An article whose texts are its passages, one each, filed without going through the stage."""
        article_id = self.article(source_id, url, "\n".join(texts), **article)
        with writing(self.sessions) as session:
            row = session.get_one(Article, article_id)
            version = session.query(ArticleVersion).filter_by(article_id=article_id).one()
            source = session.get_one(Source, source_id)
            version.analysed_at = NOON
            for position, text in enumerate(texts):
                session.add(
                    Passage(
                        version_id=version.id,
                        article_id=article_id,
                        position=position,
                        start=0,
                        end=len(text),
                        text=text,
                        folded=fold(text),
                        language=row.language,
                        publisher=source.title,
                        publisher_kind=source.publisher_kind,
                        filed_at=NOON,
                        published_at=row.published_at,
                    )
                )
        return article_id

    def supersede(self, article_id: int, at: datetime) -> None:
        with writing(self.sessions) as session:
            for passage in session.query(Passage).filter_by(article_id=article_id):
                passage.superseded_at = at

    def _add_version(self, session: Any, article: Article, text: str) -> None:
        article.versions += 1
        session.add(
            ArticleVersion(
                article_id=article.id,
                number=article.versions,
                title=article.title,
                text_zstd=pack_text(text),
                text_sha256=hashlib.sha256(text.encode()).hexdigest(),
                language=article.language,
                fetched_at=NOON + DAY * (article.versions - 1),
                published_at=article.published_at,
            )
        )


def _story_id(session: Any, key: str | None) -> int | None:
    if key is None:
        return None
    story = session.query(Story).filter_by(key=key).one_or_none() or Story(key=key, first_published_at=NOON)
    session.add(story)
    session.flush()
    return int(story.id)


def file_three(newsroom: Newsroom) -> None:
    """A small library: RICE, DAM and HUE, each a passage of an official article of its own."""
    source = newsroom.source()
    for name, text in (("rice", RICE), ("dam", DAM), ("hue", HUE)):
        newsroom.passage(source, f"https://gov.example/{name}", text)
