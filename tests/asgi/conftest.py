"""The fixture that plays a small document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck
from hypothesis import settings as profiles

from mockserver.apis import find_api, load_model
from mockserver.app import Settings, space_of, wire, with_auth
from mockserver.asgi.edge import Edge
from tests.asgi.listener import Listener
from tests.asgi.stage import Play, Stage

profiles.register_profile("edge", deadline=None, suppress_health_check=[HealthCheck.too_slow])
profiles.load_profile("edge")


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Play `paths` with the other parts of a document, `semantics`, and the settings of the app."""

    def play(
        paths: dict[str, Any],
        semantics: Any = None,
        records: Any = None,
        settings: Settings | None = None,
        **document: Any,
    ) -> Stage:
        settings = settings or Settings(cors=False)
        whole = {
            "openapi": "3.0.3",
            "info": {"title": "Tests", "version": "1"},
            "paths": paths,
            **document,
        }
        (tmp_path / "openapi.json").write_text(json.dumps(whole), "utf-8")
        (tmp_path / "semantics.yaml").write_text(yaml.safe_dump(semantics or {}), "utf-8")
        if records is not None:
            (tmp_path / "fixtures").mkdir(exist_ok=True)
            (tmp_path / "fixtures" / "default.yaml").write_text(yaml.safe_dump(records), "utf-8")
        api = find_api(str(tmp_path))
        model = load_model(api)
        space = space_of(replace(model, security=with_auth(model, settings.auth)), api, settings)
        edge = Edge(
            space,
            space.model.base_paths,
            validate_responses=settings.validate_responses,
            dynamic=settings.dynamic,
        )
        return Stage(wire([edge], settings), space)

    return play


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    made.thread.start()
    yield made
    made.server.shutdown()
    made.thread.join()
    made.server.server_close()
