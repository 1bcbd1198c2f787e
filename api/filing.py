"""Reading what people file, for the API and the pages alike."""

from alerts import Invalid
from api.services import Services
from ingest.documents import Document, UnreadableDocument
from ingest.errors import WorkerStopped


def read_filed(services: Services, body: bytes) -> Document:
    """The text of a filed document, read in a worker. Raises Invalid with one line that says what is wrong with it."""
    try:
        return services.read_document(body)
    except (UnreadableDocument, WorkerStopped) as problem:
        raise Invalid("file", str(problem)) from None
