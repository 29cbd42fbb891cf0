"""What `mockserver.slots` makes faster is the same value."""

from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from mockserver.slots import set_by_slot


@set_by_slot
@dataclass(frozen=True, slots=True)
class Parcel:
    name: str
    weight: int = 3
    labels: dict[str, str] = field(default_factory=dict)


def test_arguments_are_taken_by_place_and_by_name():
    assert Parcel("a", labels={"to": "b"}) == Parcel(name="a", weight=3, labels={"to": "b"})


def test_a_missing_argument_is_an_error():
    with pytest.raises(TypeError):
        Parcel()


def test_each_value_has_a_default_of_its_own():
    assert Parcel("a").labels is not Parcel("a").labels


def test_a_value_stays_frozen():
    parcel = Parcel("a")
    with pytest.raises(FrozenInstanceError):
        parcel.weight = 4


def test_a_value_can_be_replaced_and_printed():
    assert repr(replace(Parcel("a"), weight=4)) == "Parcel(name='a', weight=4, labels={})"
