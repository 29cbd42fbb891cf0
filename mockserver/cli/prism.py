"""Options that users of Prism have in their fingers: understood where the same can be had here,
else told in a line that names ours.

They do not stand in `--help`, which has what is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from mockserver.cli.access import with_options
from mockserver.errors import SettingsError

F = TypeVar("F", bound=Callable[..., Any])
_QUIET_LEVELS = ("silent", "fatal", "error", "warn")
_LEVELS = (*_QUIET_LEVELS, "info", "debug", "trace", "start", "success")
_META = "understudy.prism"


def _kept(ctx: click.Context, option: click.Parameter, value: Any) -> None:
    ctx.meta[f"{_META}.{option.name}"] = value


def _tell_multiprocess(ctx: click.Context, option: click.Parameter, value: bool) -> None:
    if value:
        _tell("-m is not needed: requests are logged in the background; -q does without")


def _tell_filled(ctx: click.Context, option: click.Parameter, value: bool) -> None:
    if value:
        _tell("no properties are made up that the document does not name")


def _tell_unvalidated(ctx: click.Context, option: click.Parameter, value: bool) -> None:
    if not value:
        _tell("requests are checked and told, and go on as they came unless --errors is given")


def _refuse_upstream_proxy(ctx: click.Context, option: click.Parameter, value: str | None) -> None:
    if value:
        raise SettingsError(
            f"--upstream-proxy is taken from the environment here: HTTPS_PROXY={value} "
            "understudy proxy ..."
        )


_MULTIPROCESS = click.option(
    "-m",
    "--multiprocess",
    is_flag=True,
    hidden=True,
    expose_value=False,
    callback=_tell_multiprocess,
)
_VERBOSE = click.option(
    "-v",
    "--verboseLevel",
    "verbose",
    type=click.Choice(_LEVELS),
    hidden=True,
    expose_value=False,
    callback=_kept,
)
_IGNORE_EXAMPLES = click.option(
    "--ignoreExamples",
    "ignore_examples",
    is_flag=True,
    hidden=True,
    expose_value=False,
    callback=_kept,
)
_FILL_PROPERTIES = click.option(
    "--json-schema-faker-fillProperties/--no-json-schema-faker-fillProperties",
    "fill_properties",
    hidden=True,
    expose_value=False,
    callback=_tell_filled,
)
_VALIDATE_REQUEST = click.option(
    "--validate-request/--no-validate-request",
    default=True,
    hidden=True,
    expose_value=False,
    callback=_tell_unvalidated,
)
_UPSTREAM_PROXY = click.option(
    "--upstream-proxy",
    metavar="URL",
    hidden=True,
    expose_value=False,
    callback=_refuse_upstream_proxy,
)
_OF_MOCK = (_MULTIPROCESS, _VERBOSE, _IGNORE_EXAMPLES, _FILL_PROPERTIES)
_OF_PROXY = (_MULTIPROCESS, _VERBOSE, _VALIDATE_REQUEST, _UPSTREAM_PROXY)


class FlagCommand(click.Command):
    """A command whose flags also take a value, `--cors=false`, as those of Prism do."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        flags: dict[str, click.Option] = {}
        for option in self.params:
            if isinstance(option, click.Option) and option.is_flag:
                flags |= dict.fromkeys(option.opts, option)
        spelled: list[str] = []
        for argument in args:
            name, _, value = argument.partition("=")
            if name in flags and value in ("true", "false"):
                spelled += _spelled(name, value, flags[name])
            else:
                spelled.append(argument)
        return super().parse_args(ctx, spelled)


def _spelled(name: str, value: str, flag: click.Option) -> list[str]:
    """Return a flag with a value as it is said without one."""
    return [name] if value == "true" else flag.secondary_opts[:1]


def prism_mock_options(command: F) -> F:
    """Add what `prism mock` knows and is called otherwise here."""
    return with_options(command, _OF_MOCK)


def prism_proxy_options(command: F) -> F:
    """Add what `prism proxy` knows and is called otherwise here."""
    return with_options(command, _OF_PROXY)


def wants_quiet(ctx: click.Context) -> bool:
    """Tell whether `-v` asks for less than a line for each request."""
    return ctx.meta.get(f"{_META}.verbose") in _QUIET_LEVELS


def ignores_examples(ctx: click.Context) -> bool:
    """Tell whether the document is to be taken as one without examples."""
    return bool(ctx.meta.get(f"{_META}.ignore_examples"))


def places_of(
    positional: Sequence[str], to: str | None, apis: Sequence[str]
) -> tuple[str, tuple[str, ...]]:
    """Return the URL of the live server and the APIs of a proxy: `URL --api NAME`, or `DOCUMENT
    URL` as Prism has it. Raises SettingsError.
    """
    example = "understudy proxy --to https://api.example.com --api NAME"
    documents, urls = list(positional), [to] if to else []
    if documents and (not urls or apis):
        urls.append(documents.pop())
    known = (*apis, *documents)
    if not urls:
        raise SettingsError(f"say where the live server is: {example}")
    if len(set(urls)) > 1:
        raise SettingsError(f"{urls[1]} and --to {to} are two live servers: say one of them")
    if not known:
        raise SettingsError(f"say which document the live server has: {example}")
    if "://" not in urls[0] and len(documents) == 1 and "://" in documents[0]:
        raise SettingsError(f"the document comes before the URL: {urls[0]} {documents[0]}")
    return urls[0], known


def _tell(text: str) -> None:
    click.echo(f"understudy: {text}", err=True)
