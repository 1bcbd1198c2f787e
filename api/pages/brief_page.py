"""One brief as the console shows it, and what every form on that page does: act, or say why not and lose nothing."""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from fastapi import Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import AlertsError, Conflict
from alerts.briefs import LANGUAGES, withdrawal_in_review
from alerts.permissions import Act
from alerts.subjects import Subject
from api.pages.editing import EditedText, Withdrawal, edit_text, prepare_withdrawal
from api.pages.rendering import show
from api.paging import LARGEST_ID
from api.permissions import Actor
from api.problems import explain
from api.routers.briefs import find_brief
from api.services import Services
from api.versions import match
from api.views.alerts import describe_alert
from api.views.briefs import describe_brief
from api.weighing import look_for_undermining
from models import Alert, BlockKind, Brief, BriefState, ChangeGrade, Desk, writing

BriefId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
VersionId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Seen = Annotated[int, Form(ge=1)]
Language = Annotated[str, Form(pattern="^(vi|en)$")]
Words = Annotated[str, Form(max_length=20_000)]
Causes = Annotated[list[Annotated[int, Field(ge=1, le=LARGEST_ID)]] | None, Form()]

SPARE_BLOCKS = 2
_GRADES = (ChangeGrade.CORRECTION, ChangeGrade.CLARIFICATION, ChangeGrade.TYPO)


def act_on_brief(
    request: Request,
    services: Services,
    actor: Actor,
    brief_id: int,
    seen: int,
    act: Callable[[Session, int], None],
    *,
    text: str,
    written: EditedText | Withdrawal | None = None,
    typed: Mapping[str, str] | None = None,
    looks: Literal["first", "after"] | None = None,
) -> Response:
    """Do it and show the brief; refused, show why above the present state, with what was written.

    `typed` is what stood in the fields of a small form, by their names; a lone reason by the name of its form.
    `looks` says when the evidence that speaks against the brief is looked for, if it is.
    """
    try:
        if looks == "first":
            with services.sessions() as session:
                match(find_brief(session, brief_id, actor), {seen})
            look_for_undermining(services, brief_id)
        with writing(services.sessions) as session:
            act(session, match(find_brief(session, brief_id, actor), {seen}))
        if looks == "after":
            look_for_undermining(services, brief_id)
    except AlertsError as problem:
        return show_one_brief(
            request,
            services,
            actor,
            brief_id,
            text=text,
            seen=seen,
            problem=problem,
            written=written,
            typed=typed,
        )
    return RedirectResponse(f"/desk/briefs/{brief_id}?text={text}", 303)


def show_one_brief(
    request: Request,
    services: Services,
    actor: Actor,
    brief_id: int,
    *,
    text: str,
    seen: int | None = None,
    problem: AlertsError | None = None,
    written: EditedText | Withdrawal | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """One brief: the text as it stands, the form to write the next one, and what may be done."""
    now = services.clock()
    with services.sessions() as session:
        brief = describe_brief(session, find_brief(session, brief_id, actor))
        alert_row = session.get(Alert, brief.alert_id) if brief.alert_id else None
        desk_zone = session.scalar(
            select(Desk.time_zone).join(Brief, Brief.desk_id == Desk.id).where(Brief.id == brief_id)
        )
        alert = describe_alert(session, alert_row, now) if alert_row else None
        language = text if text in LANGUAGES else (brief.texts[0].language if brief.texts else "vi")
        current = next((one for one in brief.texts if one.language == language), None)
        proposal = withdrawal_in_review(session, brief_id)
    schedule = current.schedule if current else None
    objections = brief.accepted_reports, brief.upheld_disputes
    is_in_review = bool(current and current.submitted_at and not current.approved_at)
    is_approved = bool(current and current.approved_at and not current.published_at)
    open_forms = {"refuse": is_in_review, "recall": is_approved}
    against = [one for one in brief.undermining if one.language in (None, language)]
    asked = {one.passage.id for one in against if language not in {*one.answered_in, *one.acknowledged_in}}
    open_forms |= {f"acknowledge-{passage_id}": True for passage_id in asked}
    is_published = any(one.language == language and one.published_at for one in brief.versions)
    return show(
        request,
        "brief.html",
        status=explain(problem, request).status if problem else 200,
        actor=actor,
        brief=brief,
        alert=alert,
        time_zone=desk_zone or "Asia/Ho_Chi_Minh",
        text_language=language,
        languages=LANGUAGES,
        current=current,
        is_published=is_published,
        is_in_review=is_in_review,
        is_approved=is_approved,
        is_embargoed=bool(schedule and schedule.called_off_at is None and schedule.publish_at > now),
        against=against,
        asked=asked,
        cited=list({one.id: one for block in current.blocks for one in block.passages}.values())
        if current
        else [],
        withdrawal_waits=proposal.language if proposal else None,
        may_write=actor.may(Act.WRITE)
        and brief.state is not BriefState.WITHDRAWN
        and (proposal is None or isinstance(written, EditedText)),
        is_stale=isinstance(problem, Conflict) and brief.version != seen,
        typed=typed or {},
        without_form=[
            words
            for form, words in (typed or {}).items()
            if words and not open_forms.get(form, not form.startswith("acknowledge-"))
        ],
        edited=written if isinstance(written, EditedText) else edit_text(current, *objections),
        withdrawal=written if isinstance(written, Withdrawal) else prepare_withdrawal(*objections),
        waiting_reports=[one for one in brief.accepted_reports if language in one.waits_in],
        waiting_disputes=[one for one in brief.upheld_disputes if language in one.waits_in],
        spare=range(SPARE_BLOCKS),
        kinds=list(BlockKind),
        grades=_GRADES,
        subjects=list(Subject),
        problem=problem,
        acts={act.name.lower(): actor.may(act) for act in Act},
    )
