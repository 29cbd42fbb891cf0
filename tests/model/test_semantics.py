"""A semantics file is read, or its first mistake is told: what is wrong, where, and what to do
next.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.behavior.actions import ACTIONS
from mockserver.behavior.template import FILTERS
from mockserver.call import ProblemKind
from mockserver.errors import SemanticsError
from mockserver.generation.supply import STYLES
from mockserver.model import semantics as reader
from mockserver.model.refusals import STATUSES
from mockserver.model.semantics import check_semantics, load_semantics, schema
from tests.model.compiling import does, many, small, thing

PATHS = {
    "/things": {"get": does(many()), "post": does(thing(), thing(), 201)},
    "/things/{id}": {"get": does(thing())},
    "/log-in": {"post": does()},
}
SCHEMES = {
    "components": {"securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}
}


def mistake(semantics: str) -> SemanticsError:
    with pytest.raises(SemanticsError) as caught:
        small(PATHS, semantics, **SCHEMES)
    return caught.value


@pytest.mark.parametrize(
    ("semantics", "message", "pointer", "hint"),
    [
        # words and values
        ("resource: {}", "unknown word 'resource'", "/resource", "'resources'"),
        ("defaults: {puts: merge}", "unknown word 'puts'", "/defaults/puts", "'put'"),
        (
            "resources: {things: {keys: id}}",
            "unknown word 'keys'",
            "/resources/things/keys",
            "'key'",
        ),
        (
            "operations: {GET /things: {knd: list}}",
            "unknown word 'knd'",
            "/operations/GET /things/knd",
            "'kind'",
        ),
        (
            "errors: {default: {forms: {not_fund: {}}}}",
            "unknown word 'not_fund'",
            "/errors/default/forms/not_fund",
            "'not_found'",
        ),
        ("defaults: {zzz: 1}", "unknown word 'zzz'", "/defaults/zzz", "known words"),
        ("defaults: {put: swap}", "swap", "/defaults/put", "semantics.schema.json"),
        ("defaults: {tenant: store}", "no server variable 'store'", "/defaults/tenant", "none"),
        (
            "defaults: {read_only: [name]}",
            "no read-only property 'name'",
            "/defaults/read_only",
            "none",
        ),
        ("operations: {GET /things: {kind: lst}}", "lst", "/operations/GET /things/kind", ""),
        ("operations: {GET /things: {status: ok}}", "ok", "/operations/GET /things/status", ""),
        ("resources: [things]", "is not of type", "/resources", ""),
        ("just text", "is not of type", "", ""),
        ("operations: {GET /things: }", "is not of type", "/operations/GET /things", ""),
        # names of the document
        (
            "operations: {GET /thing: {kind: list}}",
            "no operation 'GET /thing'",
            "/operations",
            "'GET /things'",
        ),
        ("operations: {LIST: {kind: list}}", "no operation 'LIST'", "/operations", "METHOD /path"),
        (
            "resources: {things: {path: /thing}}",
            "no path /thing",
            "/resources/things/path",
            "/things",
        ),
        (
            "resources: {a: {path: /zzzzzzzz}}",
            "no path /zzzzzzzz",
            "/resources/a/path",
            "a path of the document",
        ),
        (
            "resources: {a: {path: /things, also_at: {/thigns: {}}}}",
            "no path /thigns",
            "/resources/a/path",
            "/things",
        ),
        ("security: {Kei: {prefix: Token}}", "no security scheme 'Kei'", "/security/Kei", "Key"),
        (
            "credentials: [{scheme: Kei, value: x}]",
            "no security scheme 'Kei'",
            "/credentials/0/scheme",
            "'Key'",
        ),
        # names of the file itself
        (
            "operations: {GET /things: {resource: thing}}",
            "no resource 'thing'",
            "/operations/GET /things",
            "things",
        ),
        (
            "resources: {things: {references: {name: {resource: owners, by: id}}}}",
            "no resource 'owners'",
            "/resources/things",
            "things",
        ),
        (
            "operations: {GET /things: {view: new}}",
            "no view 'new'",
            "/operations/GET /things",
            "none",
        ),
        (
            "operations: {GET /things: {errors: own}}",
            "no errors 'own'",
            "/operations/GET /things",
            "default",
        ),
        ("errors: {own: {extends: other}}", "no errors 'other'", "/errors/own/extends", "default"),
        (
            "resources: {things: {computed: {nam: '{id}'}}}",
            "no property 'nam'",
            "/resources/things/computed/nam",
            "'name'",
        ),
        (
            "resources: {things: {views: {v: {join: {as: a, resource: thing, on: {}}, any: []}}}}",
            "no resource 'thing'",
            "/resources/things/views/v/join/resource",
            "'things'",
        ),
        (
            "resources: {things: {children: {parts: {by: a, key: b}}, "
            "mirrors: {part: {resource: things, key_field: a, values: {}}}}}",
            "no children 'part'",
            "/resources/things/mirrors/part",
            "'parts'",
        ),
        (
            "resources: {things: {assigned: {a: {find: thing, any: []}}}}",
            "no resource 'thing'",
            "/resources/things/assigned/a/find",
            "'things'",
        ),
        (
            "resources: {things: {states: {field: s, initial: nw, moves: {new: [old]}}}}",
            "no state 'nw'",
            "/resources/things/states/initial",
            "'new'",
        ),
        (
            "resources: {things: {states: {field: s, initial: new, moves: {new: [old]}, steps: {od: []}}}}",
            "no state 'od'",
            "/resources/things/states/steps/od",
            "'old'",
        ),
        (
            "resources: {things: {states: {field: s, initial: new, moves: {new: [old]}, "
            "steps: {old: [{into: things, set: {}, find: {x: {in: thins, where: {}}}}]}}}}",
            "no resource 'thins'",
            "/resources/things/states/steps/old/0/find/x/in",
            "'things'",
        ),
        (
            "resources: {things: {computed: {a: '{name:stm}'}}}",
            "no template filter 'stm'",
            "/resources/things/computed/a",
            "'stem'",
        ),
        (
            "resources: {things: {computed: {a: '{random:x}'}}}",
            "no number of digits 'x'",
            "/resources/things/computed/a",
            "",
        ),
        (
            "errors: {default: {messages: {required: '{property:pascl}'}}}",
            "no template filter",
            "/errors/default/messages/required",
            "'pascal'",
        ),
        (
            "operations: {POST /log-in: {kind: action}}",
            "no single action",
            "/operations/POST /log-in/action",
            "",
        ),
        (
            "operations: {POST /log-in: {kind: action, action: {log_on: {}}}}",
            "no action 'log_on'",
            "/operations/POST /log-in/action/log_on",
            "'log_in'",
        ),
        (
            "operations: {POST /log-in: {kind: action, action: {log_in: {}}}}",
            "no security scheme ''",
            "/operations/POST /log-in/action/log_in/gives",
            "Key",
        ),
        (
            "operations: {POST /log-in: {kind: action, action: {tell_time: {now: now-unx}}}}",
            "no style of a moment 'now-unx'",
            "/operations/POST /log-in/action/tell_time/now",
            "'now-unix'",
        ),
        (
            "operations: {POST /log-in: {action: {log_in: {gives: Key}}}}",
            "kind",
            "/operations/POST /log-in/kind",
            "action",
        ),
    ],
    ids=lambda each: each[:60] if isinstance(each, str) else "",
)
def test_a_mistake_is_told_with_its_place_and_a_hint(
    semantics: str, message: str, pointer: str, hint: str
) -> None:
    error = mistake(semantics)
    assert message in error.message
    assert error.pointer == pointer
    assert hint in (error.hint or "")
    assert str(error).startswith(error.source)
    assert "semantics.yaml" in error.source


def test_a_mistake_in_the_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "semantics.yaml"
    file.write_text("defaults:\n  put: merge\n  paging: {style: page\noperations: {}\n")
    with pytest.raises(SemanticsError) as caught:
        load_semantics(file)
    assert caught.value.source.startswith(f"{file}:")
    assert int(caught.value.source.rpartition(":")[2]) in (3, 4, 5)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "semantics.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SemanticsError):
        load_semantics(file)


def test_an_absent_file_and_an_empty_one_say_nothing(tmp_path: Path) -> None:
    assert load_semantics(tmp_path / "semantics.yaml") == {}
    (tmp_path / "semantics.yaml").write_text("# nothing\n")
    assert load_semantics(tmp_path / "semantics.yaml") == {}


def words(node: Any, found: set[str]) -> set[str]:
    """Return every word that a semantics file may hold: the property names of the schema, at any
    depth.
    """
    if isinstance(node, dict):
        for name, child in node.get("properties", {}).items():
            found.add(name)
            words(child, found)
        for part in ("additionalProperties", "items"):
            words(node.get(part), found)
        for choice in (*node.get("oneOf", ()), *node.get("anyOf", ())):
            words(choice, found)
    return found


def code() -> str:
    root = Path(reader.__file__).resolve().parent.parent
    rooms = [*root.glob("model/**/*.py"), *root.glob("asgi/*.py"), *root.glob("behavior/*.py")]
    return "\n".join(path.read_text("utf-8") for path in rooms)


def test_the_schema_has_no_word_that_nobody_reads() -> None:
    text = code()
    unread = {
        word
        for word in words(schema(), set())
        if f'"{word}"' not in text and f"{word}:" not in text
    }
    assert unread == set()


def test_the_schema_knows_the_same_problems_as_the_code() -> None:
    known = set(
        schema()["properties"]["errors"]["additionalProperties"]["properties"]["forms"][
            "properties"
        ]
    )
    assert known == set(STATUSES) == {kind.value for kind in ProblemKind}


def test_the_checks_know_the_same_actions_and_filters_as_the_behaviors() -> None:
    assert set(ACTIONS) == reader.ACTIONS
    assert set(FILTERS) == reader.FILTERS
    assert set(STYLES) == reader.MOMENTS


def test_every_object_of_the_schema_refuses_unknown_words() -> None:
    def loose(node: Any, at: str) -> list[str]:
        if not isinstance(node, dict):
            return []
        own = [at] if "properties" in node and node.get("additionalProperties") is not False else []
        parts = [(name, child) for name, child in node.get("properties", {}).items()]
        parts += [(part, node[part]) for part in ("additionalProperties", "items") if part in node]
        return own + [each for name, child in parts for each in loose(child, f"{at}/{name}")]

    assert loose(schema(), "") == []


def test_what_is_checked_is_what_was_said() -> None:
    said = {"defaults": {"put": "merge"}, "operations": {"GET /things": {"kind": "list"}}}
    assert check_semantics(said, "here") == said


def test_what_a_mirror_finds_is_never_required() -> None:
    find = "{x: {in: things, where: {}, required: true}}"
    said = f"resources: {{things: {{mirrors: {{p: {{resource: things, key_field: a, values: {{}}, find: {find}}}}}}}}}"
    assert "unknown word 'required'" in mistake(said).message


@pytest.mark.parametrize(
    ("record", "semantics"),
    [
        (thing(), "computed: {name: x}"),
        (thing(), "computed: {secret: x}, hidden: [secret]"),
        (thing(), "computed: {sent: x}"),
        ({**thing(), "additionalProperties": True}, "computed: {other: x}"),
    ],
)
def test_a_property_that_may_be_there_can_be_computed(record: Any, semantics: str) -> None:
    sent = {"type": "object", "properties": {"sent": {"type": "string"}}}
    paths = {
        "/things": {"get": does(many(record)), "post": does(record, sent, 201)},
        "/things/{id}": {"get": does(record)},
    }
    model = small(paths, f"resources: {{things: {{{semantics}}}}}")
    assert model.resources["things"].computed
