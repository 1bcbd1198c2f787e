"""/desk/briefs: writing, submitting, approving and publishing, in plain forms."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import (
    AlertsError,
    NotFound,
    approve_version,
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
from alerts.subjects import Subject
from api.pages.editing import EditedText, edit_text, gather_blocks
from api.pages.rendering import show
from api.paging import LARGEST_ID, After, read_page
from api.permissions import Actor, Permission, allowed, allowed_form, within_reach
from api.problems import explain
from api.routers.briefs import find_brief, find_version, published_url
from api.services import InServices, Services
from api.versions import match
from api.views.alerts import describe_alert
from api.views.briefs import describe_brief, describe_briefs
from classify.quoting import quote_best
from models import Alert, BlockKind, Brief, ChangeGrade, writing

router = APIRouter(prefix="/desk/briefs")

BriefId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
VersionId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Seen = Annotated[int, Form(ge=1)]
Language = Annotated[str, Form(pattern="^(vi|en)$")]
Words = Annotated[str, Form(max_length=20_000)]
Reader = Annotated[Actor, Depends(allowed(Permission.READ_QUEUE))]
Drafter = Annotated[Actor, Depends(allowed_form(Act.WRITE))]
Approver = Annotated[Actor, Depends(allowed_form(Act.APPROVE))]

SPARE_BLOCKS = 2
_GRADES = (ChangeGrade.CORRECTION, ChangeGrade.CLARIFICATION, ChangeGrade.TYPO)


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
    subject: Annotated[Subject, Form()],
    language: Language = "vi",
    question: Annotated[str, Form(max_length=300)] = "",
    passage: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """Open a brief on a subject, with a first text of the passages that were ticked in a search."""
    now = services.clock()
    with writing(services.sessions) as session:
        brief = open_brief(session, actor=actor.user, now=now, subject=subject)
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
    return RedirectResponse(f"/desk/briefs/{brief.id}?text={language}", 303)


@router.get("/{brief_id}")
def show_brief(
    request: Request, services: InServices, actor: Reader, brief_id: BriefId, text: str = ""
) -> Response:
    """One brief: the text as it stands, the form to write the next one, and what may be done."""
    return _show_brief(request, services, actor, brief_id, text=text)


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
            correct_brief(session, brief_id, grade=chosen, change_note=change_note, **drafted)
        else:
            write_version(session, brief_id, **drafted)

    kept = EditedText(title, tuple(blocks), grade, change_note)
    return _act(request, services, actor, brief_id, version, act, text=language, written=kept)


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

    return _act(request, services, actor, brief_id, version, act, text=language)


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

    return _act(request, services, actor, brief_id, version, act, text=language)


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

    return _act(request, services, actor, brief_id, version, act, text=language)


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

    return _act(request, services, actor, brief_id, version, act, text=language)


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

    return _act(request, services, actor, brief_id, version, act, text=language)


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

    return _act(request, services, actor, brief_id, version, act, text=language)


@router.post("/{brief_id}/withdraw")
def withdraw(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Act.WITHDRAW))],
    brief_id: BriefId,
    version: Seen,
    language: Language,
    reason: Words = "",
) -> Response:
    """Propose to withdraw it."""

    def act(session: Session, seen: int) -> None:
        now = services.clock()
        withdraw_brief(session, brief_id, reason=reason, actor=actor.user, version=seen, now=now)

    return _act(request, services, actor, brief_id, version, act, text=language)


def _act(
    request: Request,
    services: Services,
    actor: Actor,
    brief_id: int,
    seen: int,
    act: Callable[[Session, int], None],
    *,
    text: str,
    written: EditedText | None = None,
) -> Response:
    """Do it and show the brief; refused, show why above the present state, with what was written."""
    try:
        with writing(services.sessions) as session:
            act(session, match(find_brief(session, brief_id, actor), {seen}))
    except NotFound:
        raise
    except AlertsError as problem:
        return _show_brief(request, services, actor, brief_id, text=text, problem=problem, written=written)
    return RedirectResponse(f"/desk/briefs/{brief_id}?text={text}", 303)


def _show_brief(
    request: Request,
    services: Services,
    actor: Actor,
    brief_id: int,
    *,
    text: str,
    problem: AlertsError | None = None,
    written: EditedText | None = None,
) -> Response:
    now = services.clock()
    with services.sessions() as session:
        brief = describe_brief(session, find_brief(session, brief_id, actor))
        alert_row = session.get(Alert, brief.alert_id) if brief.alert_id else None
        alert = describe_alert(session, alert_row, now) if alert_row else None
    language = text if text in LANGUAGES else (brief.texts[0].language if brief.texts else "vi")
    current = next((one for one in brief.texts if one.language == language), None)
    is_published = any(one.language == language and one.published_at for one in brief.versions)
    return show(
        request,
        "brief.html",
        status=explain(problem, request).status if problem else 200,
        actor=actor,
        brief=brief,
        alert=alert,
        text_language=language,
        languages=LANGUAGES,
        current=current,
        is_published=is_published,
        edited=written or edit_text(current),
        spare=range(SPARE_BLOCKS),
        kinds=list(BlockKind),
        grades=_GRADES,
        problem=str(problem) if problem else "",
        acts={act.name.lower(): actor.may(act) for act in Act},
    )
