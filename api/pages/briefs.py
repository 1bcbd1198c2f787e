"""/desk/briefs: writing, submitting, approving and publishing, in plain forms."""

from collections.abc import Collection
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import (
    approve_version,
    change_subject,
    correct_brief,
    draft_version,
    open_brief,
    publish_brief,
    recall_approval,
    refuse_version,
    submit_brief,
    withdraw_brief,
    write_version,
)
from alerts.briefs import LANGUAGES
from alerts.permissions import Act
from alerts.subjects import Subject, label_subject
from api.addresses import published_url
from api.pages.brief_page import (
    BriefId,
    Causes,
    Language,
    Seen,
    VersionId,
    Words,
    act_on_brief,
    show_one_brief,
)
from api.pages.editing import EditedText, Withdrawal, gather_blocks
from api.pages.rendering import show
from api.paging import After, read_page
from api.permissions import Actor, Permission, allowed, allowed_form, within_reach
from api.routers.briefs import find_brief, find_version
from api.services import InServices
from api.views.base import Id
from api.views.briefs import describe_briefs
from api.weighing import look_for_undermining
from classify.quoting import quote_best
from models import Article, BlockKind, Brief, ChangeGrade, Passage, writing

router = APIRouter(prefix="/desk/briefs")

Reader = Annotated[Actor, Depends(allowed(Permission.READ_QUEUE))]
Drafter = Annotated[Actor, Depends(allowed_form(Act.WRITE))]
Approver = Annotated[Actor, Depends(allowed_form(Act.APPROVE))]


@router.get("")
def show_briefs(request: Request, services: InServices, actor: Reader, after: After = None) -> Response:
    """All briefs, newest first."""
    query = select(Brief).where(within_reach(Brief.desk_id, actor))
    with services.sessions() as session:
        page = read_page(session, query, Brief.id, limit=50, after=after)
        briefs = describe_briefs(session, page.rows)
    following = request.url.include_query_params(after=page.cursor).query if page.cursor else None
    return show(
        request,
        "briefs.html",
        actor=actor,
        briefs=briefs,
        following=following,
        subjects=list(Subject),
        languages=LANGUAGES,
        may_write=actor.may(Act.WRITE),
    )


@router.post("")
def open_fact_sheet(
    services: InServices,
    actor: Drafter,
    subject: Annotated[Subject | Literal[""], Form()] = "",
    language: Language = "vi",
    question: Annotated[str, Form(max_length=300)] = "",
    passage: Annotated[list[Id] | None, Form()] = None,
) -> Response:
    """Open a brief of one's own desk on a subject, with a first text of the passages that were ticked in a search.

    Where no subject was chosen it is that of the passages, told by their words.
    """
    now = services.clock()
    with writing(services.sessions) as session:
        about = subject or _find_subject(session, passage or ())
        brief = open_brief(session, actor=actor.user, now=now, subject=about, desk_id=actor.user.desk_id)
        if passage:
            draft_version(
                session,
                brief.id,
                language=language,
                actor=actor.user,
                version=brief.version,
                now=now,
                passage_ids=passage,
                question=question.replace("\0", " ").strip(),
                quote=quote_best,
            )
    look_for_undermining(services, brief.id)
    return RedirectResponse(f"/desk/briefs/{brief.id}?text={language}", 303)


def _find_subject(session: Session, passage_ids: Collection[int]) -> Subject | None:
    rows = session.execute(
        select(Article.title, Passage.text)
        .join(Passage, Passage.article_id == Article.id)
        .where(Passage.id.in_(passage_ids))
    ).all()
    words = "\n".join(f"{title}\n{text}" for title, text in rows)
    return label_subject(words).subject if words else None


@router.get("/{brief_id}")
def show_brief(
    request: Request, services: InServices, actor: Reader, brief_id: BriefId, text: str = ""
) -> Response:
    """One brief: the text as it stands, the form to write the next one, and what may be done."""
    return show_one_brief(request, services, actor, brief_id, text=text)


@router.post("/{brief_id}/subject")
def change_its_subject(
    request: Request,
    services: InServices,
    actor: Drafter,
    brief_id: BriefId,
    version: Seen,
    language: Language,
    subject: Annotated[Subject, Form()],
) -> Response:
    """Put it under another subject."""

    def act(session: Session, seen: int) -> None:
        now = services.clock()
        change_subject(session, brief_id, subject=subject, actor=actor.user, version=seen, now=now)

    return act_on_brief(request, services, actor, brief_id, version, act, text=language)


@router.post("/{brief_id}/write")
def write(
    request: Request,
    services: InServices,
    actor: Drafter,
    brief_id: BriefId,
    version: Seen,
    language: Language,
    title: Annotated[str, Form(max_length=500)] = "",
    kind: Annotated[list[BlockKind] | None, Form()] = None,
    block_text: Annotated[list[str] | None, Form()] = None,
    passages: Annotated[list[str] | None, Form()] = None,
    position: Annotated[list[str] | None, Form()] = None,
    statement: Annotated[list[int] | None, Form()] = None,
    grade: Annotated[str, Form(max_length=20)] = "",
    change_note: Words = "",
    reports: Causes = None,
    disputes: Causes = None,
) -> Response:
    """Save a new version, or a graded correction of a published text. What was written survives a refusal."""
    blocks = gather_blocks(kind or [], block_text or [], passages or [], position or [], statement or [])

    def act(session: Session, seen: int) -> None:
        drafted: dict[str, Any] = {
            "language": language,
            "title": title,
            "blocks": [block.drafted() for block in blocks if not block.is_empty],
            "actor": actor.user,
            "version": seen,
            "now": services.clock(),
        }
        if grade:
            chosen = ChangeGrade(grade) if grade in set(ChangeGrade) else ChangeGrade.FIRST
            drafted |= {"grade": chosen, "change_note": change_note}
            drafted |= {"report_ids": reports or (), "dispute_ids": disputes or ()}
            correct_brief(session, brief_id, **drafted)
        else:
            write_version(session, brief_id, **drafted)

    kept = EditedText(
        title, tuple(blocks), grade, change_note, frozenset(reports or ()), frozenset(disputes or ())
    )
    return act_on_brief(request, services, actor, brief_id, version, act, text=language, written=kept)


@router.post("/{brief_id}/draft")
def draft(
    request: Request,
    services: InServices,
    actor: Drafter,
    brief_id: BriefId,
    version: Seen,
    language: Language,
) -> Response:
    """A text of quotations, in this language."""

    def act(session: Session, seen: int) -> None:
        now = services.clock()
        draft_version(
            session,
            brief_id,
            language=language,
            actor=actor.user,
            version=seen,
            now=now,
            quote=quote_best,
        )

    return act_on_brief(request, services, actor, brief_id, version, act, text=language, looks="after")


@router.post("/{brief_id}/submit")
def submit(
    request: Request,
    services: InServices,
    actor: Drafter,
    brief_id: BriefId,
    version: Seen,
    language: Language,
) -> Response:
    """Hand it to a second person."""

    def act(session: Session, seen: int) -> None:
        now = services.clock()
        submit_brief(session, brief_id, language=language, actor=actor.user, version=seen, now=now)

    return act_on_brief(request, services, actor, brief_id, version, act, text=language, looks="first")


@router.post("/{brief_id}/versions/{version_id}/approve")
def approve(
    request: Request,
    services: InServices,
    actor: Approver,
    brief_id: BriefId,
    version_id: VersionId,
    version: Seen,
    language: Language,
) -> Response:
    """Approve it."""

    def act(session: Session, seen: int) -> None:
        find_version(session, find_brief(session, brief_id, actor), version_id)
        approve_version(session, version_id, actor=actor.user, version=seen, now=services.clock())

    return act_on_brief(request, services, actor, brief_id, version, act, text=language, looks="first")


@router.post("/{brief_id}/versions/{version_id}/refuse")
def refuse(
    request: Request,
    services: InServices,
    actor: Drafter,
    brief_id: BriefId,
    version_id: VersionId,
    version: Seen,
    language: Language,
    reason: Words = "",
) -> Response:
    """Send it back."""

    def act(session: Session, seen: int) -> None:
        find_version(session, find_brief(session, brief_id, actor), version_id)
        now = services.clock()
        refuse_version(session, version_id, reason=reason, actor=actor.user, version=seen, now=now)

    typed = {"refuse": reason}
    return act_on_brief(request, services, actor, brief_id, version, act, text=language, typed=typed)


@router.post("/{brief_id}/versions/{version_id}/recall")
def recall(
    request: Request,
    services: InServices,
    actor: Approver,
    brief_id: BriefId,
    version_id: VersionId,
    version: Seen,
    language: Language,
    reason: Words = "",
) -> Response:
    """Take the approval back."""

    def act(session: Session, seen: int) -> None:
        find_version(session, find_brief(session, brief_id, actor), version_id)
        now = services.clock()
        recall_approval(session, version_id, reason=reason, actor=actor.user, version=seen, now=now)

    typed = {"recall": reason}
    return act_on_brief(request, services, actor, brief_id, version, act, text=language, typed=typed)


@router.post("/{brief_id}/publish")
def publish(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Act.PUBLISH))],
    brief_id: BriefId,
    version: Seen,
    language: Language,
) -> Response:
    """Publish it, or carry out an approved withdrawal."""

    def act(session: Session, seen: int) -> None:
        publish_brief(
            session,
            brief_id,
            language=language,
            actor=actor.user,
            version=seen,
            now=services.clock(),
            url=published_url(services.public_url, brief_id, language),
        )

    return act_on_brief(request, services, actor, brief_id, version, act, text=language)


@router.post("/{brief_id}/withdraw")
def withdraw(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Act.WITHDRAW))],
    brief_id: BriefId,
    version: Seen,
    language: Language,
    reason: Words = "",
    reports: Causes = None,
    disputes: Causes = None,
) -> Response:
    """Propose to withdraw it. What was written survives a refusal."""

    def act(session: Session, seen: int) -> None:
        withdraw_brief(
            session,
            brief_id,
            reason=reason,
            actor=actor.user,
            version=seen,
            now=services.clock(),
            report_ids=reports or (),
            dispute_ids=disputes or (),
        )

    kept = Withdrawal(reason, frozenset(reports or ()), frozenset(disputes or ()))
    return act_on_brief(request, services, actor, brief_id, version, act, text=language, written=kept)
