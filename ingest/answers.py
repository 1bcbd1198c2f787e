"""What an answer means before anything in it is read: pure judgements on status and headers."""

from collections.abc import Mapping

from ingest.errors import Failure
from ingest.values import Fetched


def judge_answer(answer: Fetched) -> tuple[Failure, str] | None:
    """Why an answer is of no use, in one word and in words; None for one that is (200 and 304)."""
    if answer.failure is not None:
        return answer.failure, answer.reason
    if answer.status == 304 and answer.request.is_unconditional:
        return Failure.UNEXPECTED_STATUS, "the host answers 304 although it was asked for the whole"
    return judge_status(answer.status, answer.headers)


def judge_status(status: int, headers: Mapping[str, str]) -> tuple[Failure, str] | None:
    """The same for a status and its headers (names in lower case)."""
    if status in (200, 304):
        return None
    said = f"the host answers {status}"
    if "cf-mitigated" in headers:
        return Failure.CHALLENGE, f"{said} with a challenge for browsers"
    if status == 429 or (status == 503 and "retry-after" in headers):
        wait = headers.get("retry-after", "")
        return Failure.LIMITED, f"{said}{f', to be asked again after {wait}' if wait else ''}"
    match status:
        case 410:
            return Failure.GONE, f"{said}: gone for good"
        case 404:
            return Failure.MISSING, f"{said}: nothing there"
        case 401 | 402 | 403 | 451:
            return Failure.FORBIDDEN, f"{said}: not for us"
        case _ if status >= 500:
            return Failure.SERVER_ERROR, said
    return Failure.UNEXPECTED_STATUS, said
