"""Fields that take what their documents say and nothing that could be turned into it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

LARGEST = 2**63 - 1


class Whole(serializers.IntegerField):
    def __init__(self, **said: Any) -> None:
        super().__init__(min_value=-LARGEST, max_value=LARGEST, **said)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | float) or data != int(data):
            self.fail("invalid")
        return int(data)


class Truth(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Text(serializers.CharField):
    """Text as it is sent: not trimmed, and empty where `least` is 0."""

    def __init__(self, *, least: int = 0, **said: Any) -> None:
        super().__init__(trim_whitespace=False, allow_blank=not least, **said)
        self.validators = [
            each
            for each in self.validators
            if type(each).__name__ != "ProhibitNullCharactersValidator"
        ]

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(data)


class Choice(serializers.ChoiceField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", input=data)
        return data


class Moment(serializers.DateTimeField):
    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or "T" not in value.upper():
            self.fail("invalid", format="YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]")
        moment: datetime = super().to_internal_value(value)
        return moment


class Anything(serializers.Field):
    """An object, or where `scalar` a number or text."""

    def __init__(self, *, scalar: bool = False, **said: Any) -> None:
        super().__init__(**said)
        self._scalar = scalar

    def to_internal_value(self, data: Any) -> Any:
        fits = (
            isinstance(data, str | int) and not isinstance(data, bool)
            if self._scalar
            else isinstance(data, dict)
        )
        if not fits:
            raise serializers.ValidationError("Not a valid value.")
        return data

    def to_representation(self, value: Any) -> Any:
        return value
