"""Reading what people file, for the API and the pages alike."""

from alerts import Invalid
from api.services import Services
from ingest.documents import Document, UnreadableDocument
from ingest.errors import WorkerStopped
from ingest.urls import NotAnAddress, canonical_url


def read_filed(services: Services, body: bytes) -> Document:
    """The text of a filed document, read in a worker. Raises Invalid with one line that says what is wrong with it."""
    try:
        return services.read_document(body)
    except (UnreadableDocument, WorkerStopped) as problem:
        raise Invalid("file", str(problem)) from None


def read_address(typed: str | None) -> str | None:
    """Where a document is published, as the addresses of articles are written. Raises Invalid for what is no page's."""
    if typed is None or not typed.strip():
        return None
    try:
        return canonical_url(typed)
    except NotAnAddress:
        raise Invalid("address", "must be the address of a page, beginning with http: or https:") from None
