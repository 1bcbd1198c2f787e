"""An office with people, evidence and assessed claims, for tests that need rows to act on."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from alerts import (
    BlockDraft,
    approve_version,
    decide_alert,
    hold_alert,
    open_brief,
    publish_brief,
    raise_due,
    submit_brief,
    write_version,
)
from models import (
    Alert,
    Article,
    ArticleState,
    ArticleVersion,
    AssertedBy,
    Assessment,
    AssessmentPassage,
    BlockKind,
    Brief,
    BriefVersion,
    Claim,
    ClaimGroup,
    Desk,
    Label,
    Outcome,
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

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

RECORD = "Kim ngạch xuất khẩu tháng 10 đạt 39,5 tỷ USD, tăng 17,5% so với cùng kỳ năm trước."
OTHER_RECORD = "Exports in October were worth 39.5 billion US dollars, according to customs figures."
CLAIM = "Kim ngạch xuất khẩu tháng 10 đạt 49,5 tỷ USD."


@dataclass
class Office:
    """People who may act, and the rows they act on."""

    sessions: Sessions
    desk: Desk
    people: dict[str, User]
    passages: list[Passage]
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    @classmethod
    def found(cls, sessions: Sessions) -> "Office":
        with writing(sessions) as session:
            desk = Desk(slug="trade", name="Trade desk", created_at=NOON)
            session.add(desk)
            session.flush()
            people = {
                name: User(
                    email=f"{name}@desk.example", name=name, role=role, created_at=NOON, desk_id=desk.id
                )
                for name, role in {
                    "analyst": UserRole.ANALYST,
                    "second_analyst": UserRole.ANALYST,
                    "officer": UserRole.PRESS_OFFICER,
                    "approver": UserRole.APPROVER,
                    "second_approver": UserRole.APPROVER,
                    "chief": UserRole.DESK_CHIEF,
                    "admin": UserRole.ADMIN,
                    "editor": UserRole.EDITOR,
                }.items()
            }
            session.add_all(people.values())
            session.flush()
        office = cls(sessions, desk, people, [])
        office.passages = [
            office.file_passage(RECORD, "Tổng cục Thống kê", PublisherKind.OFFICIAL),
            office.file_passage(OTHER_RECORD, "World Trade Figures", PublisherKind.INTERNATIONAL),
        ]
        return office

    def __getattr__(self, name: str) -> User:
        people: dict[str, User] = self.__dict__["people"]
        if name not in people:
            raise AttributeError(name)
        return people[name]

    def file_article(self, text: str, *, outlet: str, role: Role, at: datetime = NOON) -> tuple[int, int]:
        """An article and its version, of an outlet that is made on first use."""
        number = next(self._numbers)
        with writing(self.sessions) as session:
            source = session.query(Source).filter_by(title=outlet).one_or_none()
            if source is None:
                source = Source(url=f"https://s{number}.example/feed", title=outlet, role=role, created_at=at)
                session.add(source)
                session.flush()
            url = f"https://s{source.id}.example/{number}"
            article = Article(
                url=url,
                link=url,
                source_id=source.id,
                first_seen_at=at,
                state=ArticleState.READ,
                title=f"Headline {number}",
                published_at=at,
                language="vi",
                versions=1,
            )
            session.add(article)
            session.flush()
            version = ArticleVersion(
                article_id=article.id,
                number=1,
                title=article.title,
                text_zstd=pack_text(text),
                text_sha256=f"{number:064x}",
                language="vi",
                fetched_at=at,
            )
            session.add(version)
            session.flush()
            return article.id, version.id

    def file_passage(self, text: str, publisher: str, kind: PublisherKind) -> Passage:
        """A passage of the evidence library."""
        article_id, version_id = self.file_article(text, outlet=publisher, role=Role.OFFICIAL)
        with writing(self.sessions) as session:
            passage = Passage(
                version_id=version_id,
                article_id=article_id,
                position=0,
                start=0,
                end=len(text),
                text=text,
                folded=fold(text),
                language="vi",
                publisher=publisher,
                publisher_kind=kind,
                filed_at=NOON,
                published_at=NOON,
            )
            session.add(passage)
            session.flush()
            return passage

    def assess(
        self,
        *,
        group: str = "g1",
        outlet: str = "Báo A",
        text: str = CLAIM,
        alert_worthy: bool = True,
        probability: float = 0.97,
        label: Label | None = None,
        at: datetime = NOON,
        differences: list[Any] | None = None,
    ) -> Assessment:
        """A claim of an outlet, in a group, held against the two passages."""
        article_id, version_id = self.file_article(text, outlet=outlet, role=Role.MONITORED, at=at)
        with writing(self.sessions) as session:
            row = session.query(ClaimGroup).filter_by(key=group).one_or_none()
            if row is None:
                row = ClaimGroup(key=group, text=text, language="vi", first_seen_at=at, last_seen_at=at)
                session.add(row)
                session.flush()
            claim = Claim(
                version_id=version_id,
                article_id=article_id,
                start=0,
                end=len(text),
                text=text,
                language="vi",
                asserted_by=AssertedBy.OUTLET,
                probability=0.9,
                model="test",
                found_at=at,
                group_id=row.id,
                assessed_at=at,
            )
            session.add(claim)
            session.flush()
        return self.assess_claim(
            claim.id,
            alert_worthy=alert_worthy,
            probability=probability,
            label=label,
            at=at,
            differences=differences,
        )

    def assess_claim(
        self,
        claim_id: int,
        *,
        alert_worthy: bool = True,
        probability: float = 0.97,
        label: Label | None = None,
        at: datetime = NOON,
        differences: list[Any] | None = None,
    ) -> Assessment:
        """A claim held against the two passages, for the first time or again."""
        with writing(self.sessions) as session:
            assessment = Assessment(
                claim_id=claim_id,
                label=label or (Label.CONTRADICTED if alert_worthy else Label.NOT_ENOUGH_EVIDENCE),
                probability=probability,
                probabilities={},
                threshold=0.9,
                alert_worthy=alert_worthy,
                differences=differences or [],
                model="test",
                assessed_at=at,
            )
            session.add(assessment)
            session.flush()
            for rank, passage in enumerate(self.passages, start=1):
                session.add(
                    AssessmentPassage(
                        assessment_id=assessment.id, rank=rank, passage_id=passage.id, score=1.1 - 0.1 * rank
                    )
                )
            return assessment

    def say_again(self, claim_id: int) -> Claim:
        """The same claim in a new version of its article."""
        with writing(self.sessions) as session:
            claim = session.get_one(Claim, claim_id)
            article = session.get_one(Article, claim.article_id)
            article.versions += 1
            version = ArticleVersion(
                article_id=article.id,
                number=article.versions,
                title=article.title,
                text_zstd=pack_text(claim.text),
                text_sha256=f"{next(self._numbers):064x}",
                language="vi",
                fetched_at=NOON,
            )
            session.add(version)
            session.flush()
            again = Claim(
                version_id=version.id,
                article_id=article.id,
                start=0,
                end=len(claim.text),
                text=claim.text,
                language="vi",
                asserted_by=claim.asserted_by,
                probability=claim.probability,
                model=claim.model,
                found_at=NOON,
                group_id=claim.group_id,
            )
            session.add(again)
            session.flush()
            return again

    def raise_alert(self, **claim: Any) -> Alert:
        """An alert that stands in the queue."""
        assessment = self.assess(**claim)
        raise_due(self.sessions, now=NOON)
        with self.sessions() as session:
            return session.query(Alert).filter_by(assessment_id=assessment.id).one()

    def respond(self, alert: Alert) -> Alert:
        """The alert after the analyst has decided to answer it."""
        with writing(self.sessions) as session:
            held = hold_alert(session, alert.id, actor=self.analyst, version=alert.version, now=NOON)
            return decide_alert(
                session,
                alert.id,
                actor=self.analyst,
                version=held.version,
                outcome=Outcome.RESPOND,
                now=NOON,
            )

    def blocks(self) -> list[BlockDraft]:
        """A complete answer."""
        first, second = (passage.id for passage in self.passages)
        return [
            BlockDraft(kind=BlockKind.FACT, text="39,5 tỷ USD", passage_ids=(first,)),
            BlockDraft(kind=BlockKind.CLAIM, text="49,5 tỷ USD"),
            BlockDraft(kind=BlockKind.DIFFERENCE, text="49,5 / 39,5", passage_ids=(first, second)),
            BlockDraft(kind=BlockKind.FACT, text="39.5 billion", passage_ids=(second,)),
        ]

    def write(self, brief: Brief, **changes: Any) -> int:
        """The id of a version that the officer wrote."""
        written = {"language": "vi", "title": "Xuất khẩu tháng 10", "blocks": self.blocks()} | changes
        with writing(self.sessions) as session:
            current = session.get_one(Brief, brief.id)
            return write_version(
                session, brief.id, actor=self.officer, version=current.version, now=NOON, **written
            ).id

    def open(self, alert: Alert) -> Brief:
        """A brief that answers the alert."""
        with writing(self.sessions) as session:
            return open_brief(session, actor=self.officer, now=NOON, alert_id=alert.id)

    def submit(self, brief: Brief, language: str = "vi") -> Brief:
        """The brief with its newest text in review."""
        with writing(self.sessions) as session:
            current = session.get_one(Brief, brief.id)
            submit_brief(
                session, brief.id, language=language, actor=self.officer, version=current.version, now=NOON
            )
            return current

    def approve(self, version_id: int, *, by: str = "approver", at: datetime = NOON) -> Brief:
        """The brief after somebody has approved a version of it."""
        with writing(self.sessions) as session:
            text = session.get_one(BriefVersion, version_id)
            current = session.get_one(Brief, text.brief_id)
            approve_version(session, version_id, actor=self.people[by], version=current.version, now=at)
            return current

    def publish(self, brief: Brief, language: str = "vi", *, at: datetime = NOON) -> Brief:
        """The brief with its newest approved text published."""
        with writing(self.sessions) as session:
            current = session.get_one(Brief, brief.id)
            publish_brief(
                session, brief.id, language=language, actor=self.officer, version=current.version, now=at
            )
            return current

    def published_brief(self) -> Brief:
        """A brief that answers an alert and has gone all the way to its readers."""
        brief = self.open(self.respond(self.raise_alert()))
        version_id = self.write(brief)
        self.submit(brief)
        self.approve(version_id)
        return self.publish(brief)
