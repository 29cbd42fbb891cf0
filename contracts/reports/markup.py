"""Write HTML of which nothing can break out: names, attributes and texts in, escaped markup out."""

from __future__ import annotations

import html
from collections.abc import Iterable

from contracts.reports.story import visible

VOID = frozenset({"meta", "input", "br"})


class Markup(str):
    """A text that is markup already."""

    __slots__ = ()


def element(name: str, /, *children: str | Iterable[str], **attributes: str | bool) -> Markup:
    """Return an element; a child that is no Markup is a text. `class_` is the class, `data_x` is
    `data-x`.
    """
    told = "".join(
        _attribute(each, value) for each, value in attributes.items() if value is not False
    )
    if name in VOID:
        return Markup(f"<{name}{told}>")
    return Markup(f"<{name}{told}>{joined(children)}</{name}>")


def joined(children: Iterable[str | Iterable[str]]) -> Markup:
    """Return texts and markup, one after another."""
    return Markup(
        "".join(_text(each) if isinstance(each, str) else joined(each) for each in children)
    )


def _text(child: str) -> str:
    return child if isinstance(child, Markup) else html.escape(visible(child), quote=False)


def _attribute(name: str, value: str | bool) -> str:
    spelled = name.rstrip("_").replace("_", "-")
    return f" {spelled}" if value is True else f' {spelled}="{html.escape(visible(str(value)))}"'
