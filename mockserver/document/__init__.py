"""Many sources in, one normalized OpenAPI document out."""

from mockserver.document.document import Document, load_document
from mockserver.document.findings import Finding

__all__ = ["Document", "Finding", "load_document"]
