"""What `mockserver.slots` defines is what a dataclass of the standard library is."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, replace
from typing import Any

import pytest

from mockserver.slots import dataclass


@dataclass(frozen=True, slots=True)
class Parcel:
    name: str
    weight: int = 3
    labels: dict[str, str] = field(default_factory=dict)
    note: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Crate(Parcel):
    nails: int = 20


@dataclass(slots=True)
class Van:
    parcels: list[Parcel] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Stamp:
    cents: int


@dataclass(frozen=True, slots=True)
class Weight:
    grams: int

    def __post_init__(self) -> None:
        if self.grams < 0:
            raise ValueError("nothing weighs less than nothing")

    def __repr__(self) -> str:
        return f"{self.grams} g"


@dataclass(frozen=True, slots=True)
class Nothing:
    """A value without fields."""


def test_arguments_are_taken_by_place_and_by_name() -> None:
    assert Parcel("a", labels={"to": "b"}) == Parcel(name="a", weight=3, labels={"to": "b"})
    assert Crate("a", 1, {}, "", 2).nails == 2


def test_a_missing_argument_is_an_error() -> None:
    with pytest.raises(TypeError, match="name"):
        Parcel()  # type: ignore[call-arg]


def test_each_value_has_a_default_of_its_own() -> None:
    assert Parcel("a").labels is not Parcel("a").labels


def test_a_frozen_value_cannot_be_changed() -> None:
    parcel = Parcel("a")
    with pytest.raises(FrozenInstanceError, match="weight"):
        parcel.weight = 4  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="weight"):
        del parcel.weight


def test_a_value_that_is_not_frozen_can_be_changed() -> None:
    van = Van()
    van.parcels = [Parcel("a")]
    assert van == Van([Parcel("a")])
    with pytest.raises(TypeError):
        hash(van)


def test_a_value_can_be_replaced_and_printed() -> None:
    assert repr(replace(Parcel("a"), weight=4)) == "Parcel(name='a', weight=4, labels={})"
    assert repr(Weight(5)) == "5 g"
    assert repr(Nothing()) == "Nothing()"


def test_what_is_the_same_is_found_by_the_same() -> None:
    assert {Weight(1): "a"}[Weight(1)] == "a"
    assert Parcel("a", note="x") == Parcel("a", note="y")
    assert Parcel("a") != Crate("a")
    assert Stamp(1) != Stamp(1)
    assert {Nothing(), Nothing()} == {Nothing()}


def test_what_a_value_checks_is_checked() -> None:
    with pytest.raises(ValueError, match="nothing"):
        Weight(-1)


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]
)
def test_a_value_can_be_copied(copied: Callable[[Any], Any]) -> None:
    for value in (Parcel("a"), Crate("b"), Van([Parcel("c")]), Weight(3)):
        assert copied(value) == value


def test_a_value_is_a_dataclass_to_whoever_asks() -> None:
    assert dataclasses.is_dataclass(Parcel)
    assert [each.name for each in dataclasses.fields(Crate)] == [
        "name", "weight", "labels", "note", "nails",
    ]  # fmt: skip
    assert dataclasses.asdict(Weight(3)) == {"grams": 3}
    assert list(inspect.signature(Weight).parameters) == ["grams"]
    match Weight(3):
        case Weight(grams):
            assert grams == 3
    assert not hasattr(Parcel("a"), "__dict__")
