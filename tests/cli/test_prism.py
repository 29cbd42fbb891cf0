"""What users of Prism have in their fingers is understood, or told in a line that names ours."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner, Result

from mockserver.cli import main
from mockserver.cli.mock import mock
from mockserver.cli.prism import ignores_examples, places_of, wants_quiet
from mockserver.errors import SettingsError


def _parsed(*arguments: str) -> click.Context:
    return mock.make_context("mock", list(arguments))


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_options_of_prism_say_what_ours_say() -> None:
    context = _parsed("-d", "--errors", "-v", "error", "--ignoreExamples", "--cors=false", "a.yaml")
    assert context.params["dynamic"]
    assert context.params["validate_responses"]
    assert wants_quiet(context)
    assert ignores_examples(context)
    assert not context.params["cors"]
    usual = _parsed("-v", "debug", "--cors", "--errors=false", "--dynamic=true", "a.yaml")
    assert not any((wants_quiet(usual), ignores_examples(usual)))
    assert usual.params["cors"]
    assert usual.params["dynamic"]
    assert not usual.params["validate_responses"]
    assert usual.params["apis"] == ("a.yaml",)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("mock", "-m", "nothing-like-it"), "-m is not needed"),
        (("mock", "--json-schema-faker-fillProperties", "nothing-like-it"), "no properties are"),
        (("proxy", "bookshop", "http://live", "--upstream-proxy", "http://a"), "HTTPS_PROXY="),
        (("proxy", "bookshop", "live", "--no-validate-request", "--to", "b"), "--errors"),
    ],
)
def test_what_has_no_use_here_is_told_in_one_line(arguments: tuple[str, ...], told: str) -> None:
    ran = _run(*arguments)
    assert told in ran.output.splitlines()[0]


def test_properties_are_filled_up_by_nobody() -> None:
    ran = _run("mock", "--json-schema-faker-fillProperties=false", "nothing-like-it")
    assert "made up" not in ran.output


@pytest.mark.parametrize(
    ("positional", "to", "apis"),
    [
        (("https://a",), None, ("shop",)),
        ((), "https://a", ("shop",)),
        (("shop", "https://a"), None, ()),
        (("shop",), "https://a", ()),
        (("https://a",), "https://a", ("shop",)),
    ],
)
def test_a_proxy_takes_document_and_url_in_either_way(
    positional: tuple[str, ...], to: str | None, apis: tuple[str, ...]
) -> None:
    assert places_of(positional, to, apis) == ("https://a", ("shop",))


@pytest.mark.parametrize(
    ("positional", "to", "apis", "told"),
    [
        ((), None, ("shop",), "where the live server is"),
        (("https://a",), None, (), "which document"),
        (("https://a",), "https://b", ("shop",), "two live servers"),
        (("https://a", "shop.yaml"), None, (), "document comes before the URL"),
    ],
)
def test_a_proxy_tells_what_is_missing(
    positional: tuple[str, ...], to: str | None, apis: tuple[str, ...], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        places_of(positional, to, apis)
