"""Two APIs that were found in, their models out: each with its own semantics, or with those of the
other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from mockserver.apis import SEMANTICS, Api, semantics_in
from mockserver.document.document import load_document
from mockserver.errors import SemanticsError
from mockserver.model.compile import compile_model
from mockserver.model.types import Model


def models(old: Api, new: Api, tell: Callable[[str], None]) -> tuple[Model, Model]:
    """Return both models. Where only one API has semantics, they are those of the other too, if
    they fit.

    Raises UnderstudyError for what cannot be loaded.
    """
    said = [_semantics(each) for each in (old, new)]
    made: list[Model] = []
    for api, own, other in ((old, said[0], said[1]), (new, said[1], said[0])):
        document = load_document(api.location, name=api.name, references=api.references)
        if not own and other:
            with suppress(SemanticsError):
                made.append(compile_model(document, other))
                tell(f"{api.location} has no {SEMANTICS}: that of the other side is taken")
                continue
        made.append(
            compile_model(
                document, own, str(api.folder / SEMANTICS) if api.folder else document.source
            )
        )
    return made[0], made[1]


def _semantics(api: Api) -> Mapping[str, Any]:
    return semantics_in(api.folder / SEMANTICS) if api.folder else {}
