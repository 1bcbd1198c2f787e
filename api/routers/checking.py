"""/check: one sentence through the gates and against the library. Nothing of it is stored."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from api.checking import check
from api.permissions import Actor, Permission, allowed
from api.problems import document
from api.services import InServices
from api.views.base import Sent, SentMoment, Text
from api.views.checking import CheckOut

router = APIRouter(tags=["evidence"])


class SentenceIn(Sent):
    """A sentence; without a language it is told by its letters and words. With `as_of`: by the record of that time."""

    sentence: Text = Field(examples=["Năm 2024 Việt Nam xuất khẩu 12 triệu tấn gạo."])
    language: Literal["vi", "en"] | None = None
    as_of: SentMoment | None = None


@router.post("/check", responses=document())
def check_one(
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.READ_EVIDENCE))],
    sent: SentenceIn,
) -> CheckOut:
    """Is it a checkable fact, and how does it stand to the evidence? Nothing is stored."""
    return check(services, sent.sentence, sent.language, sent.as_of)
