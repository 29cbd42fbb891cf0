"""How a reply tells what became of each of the records that one request is about."""

from __future__ import annotations

from mockserver.model.types.notation import Template
from mockserver.slots import dataclass


@dataclass(frozen=True, slots=True)
class ItemForm:
    """How a reply tells of one of the records: of what was `done`, and of what could not be
    (`failed`, where `error` is the part that tells the reason as errors are told).
    """

    done: Template
    failed: Template
    error: Template = None


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list in such a reply: of `all` the records, of those with which something was done
    (`done`, or what it was: `created`, `updated`, `deleted`), or of the others (`failed`).
    """

    which: str
    item: ItemForm


@dataclass(frozen=True, slots=True)
class Results:
    """How a reply tells of each of several records.

    `body` is the template of a reply of `status`, with an ItemList where one goes. That reply comes
    `always`, or only where something could not be done; `goes_on` tells that the others are done
    then.
    """

    status: int
    body: Template
    always: bool = True
    goes_on: bool = True

    def is_told(self, partial: bool) -> bool:
        """Tell whether a reply has this form: where `partial`, something could not be done."""
        return self.always or partial
