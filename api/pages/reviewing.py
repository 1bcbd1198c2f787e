"""/desk/briefs: evidence against a brief, remarks, versions and their differences, set times, in plain forms."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response
from sqlalchemy.orm import Session

from alerts import Invalid, cancel_publication, comment_on, schedule_publication
from alerts.permissions import Act
from alerts.undermining import acknowledge_undermining, name_undermining
from api.pages.brief_page import BriefId, Language, Seen, VersionId, Words, act_on_brief
from api.pages.briefs import Drafter, Reader
from api.pages.editing import read_numbers
from api.pages.rendering import show
from api.paging import LARGEST_ID
from api.permissions import Actor, allowed_form
from api.routers.briefs import find_brief, find_version
from api.routers.reviewing import find_earlier
from api.services import InServices
from api.views.brief_changes import describe_brief_changes
from api.views.briefs import describe_brief, describe_version

router = APIRouter(prefix="/desk/briefs")

Publisher = Annotated[Actor, Depends(allowed_form(Act.PUBLISH))]


@router.post("/{brief_id}/undermining/look")
def look(
    request: Request,
    services: InServices,
    actor: Drafter,
    brief_id: BriefId,
    version: Seen,
    language: Language,
) -> Response:
    """Hold the claim and the texts against the library again."""

    def act(session: Session, seen: int) -> None:
        del session, seen

    return act_on_brief(request, services, actor, brief_id, version, act, text=language, looks="first")


@router.post("/{brief_id}/undermining")
def name(
    request: Request,
    services: InServices,
    actor: Drafter,
    brief_id: BriefId,
    version: Seen,
    language: Language,
    passage: Annotated[str, Form(max_length=20)] = "",
    note: Words = "",
) -> Response:
    """List a passage against the brief."""

    def act(session: Session, seen: int) -> None:
        del seen
        for passage_id in read_numbers(passage):
            name_undermining(
                session,
                brief_id,
                passage_id=passage_id,
                note=note,
                actor=actor.user,
                now=services.clock(),
            )

    typed = {"passage": passage, "note": note}
    return act_on_brief(request, services, actor, brief_id, version, act, text=language, typed=typed)


@router.post("/{brief_id}/undermining/{passage_id}/acknowledge")
def acknowledge(
    request: Request,
    services: InServices,
    actor: Drafter,
    brief_id: BriefId,
    passage_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    version: Seen,
    language: Language,
    reason: Words = "",
) -> Response:
    """Say why the text stands all the same."""

    def act(session: Session, seen: int) -> None:
        del seen
        acknowledge_undermining(
            session,
            brief_id,
            passage_id=passage_id,
            reason=reason,
            language=language,
            actor=actor.user,
            now=services.clock(),
        )

    typed = {f"acknowledge-{passage_id}": reason}
    return act_on_brief(request, services, actor, brief_id, version, act, text=language, typed=typed)


@router.get("/{brief_id}/versions/{version_id}")
def show_version(
    request: Request,
    services: InServices,
    actor: Reader,
    brief_id: BriefId,
    version_id: VersionId,
    since: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """One version as it was written, what it changed since an earlier one, and what colleagues remarked on it."""
    with services.sessions() as session:
        brief = find_brief(session, brief_id, actor)
        version = find_version(session, brief, version_id)
        shown = describe_version(session, version)
        changes = None
        if version.number > 1:
            changes = describe_brief_changes(session, find_earlier(session, version, since), version)
        described = describe_brief(session, brief)
    return show(request, "brief_version.html", actor=actor, brief=described, version=shown, changes=changes)


@router.post("/{brief_id}/versions/{version_id}/comments")
def comment(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed_form(Act.COMMENT))],
    brief_id: BriefId,
    version_id: VersionId,
    version: Seen,
    language: Language,
    words: Words = "",
    block: Annotated[str, Form(max_length=4)] = "",
) -> Response:
    """Remark on it."""

    def act(session: Session, seen: int) -> None:
        del seen
        find_version(session, find_brief(session, brief_id, actor), version_id)
        place = int(block) if block.isascii() and block.isdigit() else None
        comment_on(session, version_id, text=words, block=place, actor=actor.user, now=services.clock())

    typed = {"words": words, "block": block}
    return act_on_brief(request, services, actor, brief_id, version, act, text=language, typed=typed)


@router.post("/{brief_id}/schedule")
def schedule(
    request: Request,
    services: InServices,
    actor: Publisher,
    brief_id: BriefId,
    version: Seen,
    language: Language,
    at: Annotated[str, Form(max_length=40)] = "",
    time_zone: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Set a time."""

    def act(session: Session, seen: int) -> None:
        try:
            moment = datetime.fromisoformat(at.strip())
        except ValueError:
            raise Invalid("at", "not a time; one looks like 2026-12-01T08:00") from None
        schedule_publication(
            session,
            brief_id,
            language=language,
            at=moment,
            time_zone=time_zone,
            actor=actor.user,
            version=seen,
            now=services.clock(),
        )

    typed = {"at": at, "time_zone": time_zone}
    return act_on_brief(request, services, actor, brief_id, version, act, text=language, typed=typed)


@router.post("/{brief_id}/unschedule")
def unschedule(
    request: Request,
    services: InServices,
    actor: Publisher,
    brief_id: BriefId,
    version: Seen,
    language: Language,
) -> Response:
    """Call the set time off."""

    def act(session: Session, seen: int) -> None:
        now = services.clock()
        cancel_publication(session, brief_id, language=language, actor=actor.user, version=seen, now=now)

    return act_on_brief(request, services, actor, brief_id, version, act, text=language)
