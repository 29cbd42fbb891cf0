from __future__ import annotations

import os
from pathlib import Path

import pytest

from contracts.errors import PlanError
from contracts.reports.files import NewFile


def test_a_file_appears_when_it_is_complete_and_leaves_nothing_beside(tmp_path: Path) -> None:
    place = tmp_path / "out.xml"
    place.write_text("old")
    file = NewFile(place)
    file.write("new")
    assert place.read_text() == "old"
    file.close()
    assert place.read_text() == "new"
    assert os.listdir(tmp_path) == ["out.xml"]


def test_what_is_discarded_leaves_what_was_there(tmp_path: Path) -> None:
    place = tmp_path / "out.xml"
    place.write_text("old")
    file = NewFile(place)
    file.write("new")
    file.discard()
    assert place.read_text() == "old"
    assert os.listdir(tmp_path) == ["out.xml"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    file = NewFile(tmp_path / "link")
    file.write("new")
    file.close()
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_device_is_written_directly() -> None:
    file = NewFile(Path("/dev/null"))
    file.write("gone")
    file.close()
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize(
    ("place", "told"), [("nowhere/out.xml", "there is no folder"), (".", "is a folder")]
)
def test_what_cannot_be_written_is_told_at_once(place: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=told):
        NewFile(tmp_path / place)


def test_a_text_that_is_no_unicode_is_written_all_the_same(tmp_path: Path) -> None:
    file = NewFile(tmp_path / "out")
    file.write("\ud800")
    file.close()
    assert (tmp_path / "out").read_text() == "\\ud800"
