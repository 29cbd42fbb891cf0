"""Find an API by a name in `specs/`, a folder, a file or a URL, and return its Model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mockserver.document.contents import STDIN
from mockserver.document.document import load_document
from mockserver.document.library import path_of
from mockserver.errors import UnknownApiError
from mockserver.hooks import with_hooks
from mockserver.model.compile import compile_model
from mockserver.model.semantics import Semantics, load_semantics, with_words
from mockserver.model.types import Model
from mockserver.slots import dataclass

SEMANTICS = "semantics.yaml"


@dataclass(frozen=True, slots=True)
class Api:
    """An API that was found: its name, its document, its folder of semantics, its folder of
    fixtures, and the further folders and hosts that references of its document may lead to.
    """

    name: str
    location: str
    folder: Path | None
    fixtures: Path | None
    references: Sequence[str] = ()


def data_folder(kind: str) -> Path:
    """Return the folder `specs` or `fixtures`: the one that was installed, or that of a source
    checkout.
    """
    here = Path(__file__).resolve().parent
    installed = here / kind
    return installed if installed.is_dir() else here.parent / kind


def known_apis() -> tuple[str, ...]:
    """Return the names of the APIs that come with the project."""
    folder = data_folder("specs")
    return (
        tuple(sorted(each.name for each in folder.iterdir() if each.is_dir()))
        if folder.is_dir()
        else ()
    )


def find_api(name: str, references: Sequence[str] = ()) -> Api:
    """Return the API of this name, folder, file or URL; `-` is the standard input. References of
    its document may also lead to these folders and hosts.

    Raises UnknownApiError.
    """
    return replace(_found(name), references=tuple(references))


def _found(name: str) -> Api:
    if name.startswith(("http://", "https://")):
        stem = name.rstrip("/").rpartition("/")[2].partition(".")[0] or "api"
        return Api(stem, name, None, None)
    name = path_of(name)
    if not name:
        raise UnknownApiError(name, known_apis())
    path = Path(name)
    if name in known_apis() and not path.is_file():
        folder = data_folder("specs") / name
        return Api(name, str(folder), folder, data_folder("fixtures") / name)
    if path.is_dir():
        fixtures = path / "fixtures"
        return Api(path.resolve().name, name, path, fixtures if fixtures.is_dir() else None)
    if name == "-" or (path.exists() and not path.is_file()):
        return Api("api", STDIN if name == "-" else name, None, None)  # a pipe has no neighbors
    if path.is_file():
        folder = path.resolve().parent
        fixtures = folder / "fixtures"
        generic = path.stem.lower() in ("openapi", "swagger", "index", "api", "spec")
        return Api(
            folder.name if generic else path.stem,
            name,
            folder,
            fixtures if fixtures.is_dir() else None,
        )
    raise UnknownApiError(name, known_apis())


def load_model(
    api: Api | str, *, strict: bool = False, words: Mapping[str, Any] | None = None
) -> Model:
    """Return the Model of an API. Raises UnknownApiError, DocumentError or SemanticsError.

    `words` are semantics for what those of the API do not say.
    """
    api = find_api(api) if isinstance(api, str) else api
    document = load_document(api.location, name=api.name, strict=strict, references=api.references)
    said = api.folder / SEMANTICS if api.folder else None
    semantics = semantics_in(said) if said else {}
    if words:
        semantics = with_words(semantics, words)
    return compile_model(document, semantics, str(said) if said else document.source)


def semantics_in(file: Path) -> Semantics:
    """Return what a semantics file says, with the hooks that it names. Raises SemanticsError."""
    return with_hooks(load_semantics(file), file.parent, str(file))
