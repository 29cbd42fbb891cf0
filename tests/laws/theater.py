"""A theater with people, teams of them, bookings of seats and a profile: its document promises in
words what is linked, told of each, taken together, free again and kept in a form. It breaks one
promise where it is told to.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs

from mockserver.exchange import Answer, Sent, json_answer
from mockserver.model.types import Model
from tests.model.compiling import compiled

FAULTS = {
    "joined-twice": "links-are-kept",
    "never-left": "links-are-kept",
    "miscounted": "links-are-kept",
    "dangling": "links-are-kept",
    "refused-kept": "results-are-true",
    "told-not-made": "results-are-true",
    "shouting": "told-form-is-kept",
    "untrimmed": "told-form-is-kept",
    "cut-off": "told-form-is-kept",
    "seated-twice": "told-unique-is-refused",
    "never-free": "told-unique-is-refused",
    "old-index": "filters-choose",
}
"""What a theater may break, and the law that finds it."""

DOCUMENT = """
components: {schemas: {
  PersonIn: &named {type: object, required: [name], properties: {name: {type: string, minLength: 1, maxLength: 30}}},
  Person: &person {type: object, required: [id, name], properties: {id: {type: integer, readOnly: true}, name: {type: string}}},
  Team: &team {type: object, required: [id, name], properties: {id: {type: integer, readOnly: true}, name: {type: string},
    size: {type: integer, readOnly: true, description: How many members it has.}}},
  BookingIn: &asked {type: object, required: [show, seat], properties: {show: {type: string, enum: [early, late]},
    seat: {type: string, pattern: "^[A-H][0-9]{1,2}$", description: A seat of a show is booked once (409).},
    guest: {type: string, maxLength: 30}}},
  Booking: &booking {type: object, required: [id, show, seat, status], properties: {id: {type: integer, readOnly: true},
    show: {type: string}, seat: {type: string}, guest: {type: string},
    status: {type: string, enum: [held, paid, dropped], readOnly: true}}},
  Profile: &profile {type: object, properties: {email: {type: string, format: email, description: Kept in lower case.},
    nick: {type: string, maxLength: 30, description: Trimmed.},
    fee: {type: number, minimum: 0, maximum: 900, description: Rounded to cents.}}}}}
paths:
  /people:
    get: {responses: {'200': &people {description: d, content: {application/json: {schema: {type: array, items: *person}}}}}}
    post: &make {requestBody: {required: true, content: {application/json: {schema: *named}}}, responses: {'201': &one {description: d, content: {application/json: {schema: *person}}}, '422': &odd {description: odd}}}
  /people/bulk:
    post:
      description: Makes several people; each is taken or refused by itself.
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [people],
        properties: {people: {type: array, minItems: 1, maxItems: 10, items: {type: object}, description: People as for POST /people.}}}}}}
      responses: {'207': {description: A result for each., content: {application/json: {schema: {type: object, required: [results], properties: {results: {type: array,
        items: {type: object, required: [status], properties: {status: {type: integer}, person: *person}}}}}}}}, '422': *odd}
  /people/{id}:
    parameters: &id [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': *one, '404': &none {description: n}}}
    delete: {description: Deletes the person and its memberships., responses: {'204': &gone {description: d}, '404': *none}}
  /teams:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *team}}}}}}
    post: {requestBody: {required: true, content: {application/json: {schema: *named}}}, responses: {'201': &crew {description: d, content: {application/json: {schema: *team}}}, '422': *odd}}
  /teams/{id}:
    parameters: *id
    get: {responses: {'200': *crew, '404': *none}}
    delete: {responses: {'204': *gone, '404': *none}}
  /teams/{id}/members:
    parameters: *id
    get: {responses: {'200': *people, '404': *none}}
    post:
      description: Makes a person a member of the team.
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [person_id],
        properties: {person_id: {type: integer, description: The id of a person that exists.}}}}}}
      responses: {'201': *one, '404': *none, '409': {description: The person is a member already.}, '422': *odd}
  /teams/{id}/members/{person_id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}, {name: person_id, in: path, required: true, schema: {type: integer}}]
    delete: {responses: {'204': *gone, '404': *none}}
  /bookings:
    get:
      parameters: [{name: status, in: query, schema: {type: string, enum: [held, paid, dropped]}}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: *booking}}}}}
    post: {requestBody: {required: true, content: {application/json: {schema: *asked}}}, responses: {'201': &booked {description: d, content: {application/json: {schema: *booking}}}, '409': {description: The seat is taken.}, '422': *odd}}
  /bookings/{id}:
    parameters: *id
    get: {responses: {'200': *booked, '404': *none}}
  /bookings/{id}/pay: {parameters: *id, post: {description: Pays a held booking; 409 otherwise., responses: {'200': *booked, '404': *none, '409': {description: It is not held.}}}}
  /bookings/{id}/drop: {parameters: *id, post: {description: Drops a booking. The seat is free again., responses: {'200': *booked, '404': *none, '409': {description: It is dropped.}}}}
  /profile:
    get: {responses: {'200': &me {description: d, content: {application/json: {schema: *profile}}}}}
    patch: {requestBody: {required: true, content: {application/json: {schema: *profile}}}, responses: {'200': *me, '422': *odd}}
"""
ODD = json_answer({}, 422)
NONE = json_answer({}, 404)
DONE = Answer(204, {}, b"")


def theater() -> Model:
    """Return the model of the theater."""
    return compiled(DOCUMENT)


class Theater:
    """Answers calls, with one fault or none."""

    def __init__(self, fault: str = "") -> None:
        self._fault = fault
        self._people: dict[int, dict[str, Any]] = {}
        self._teams: dict[int, dict[str, Any]] = {}
        self._members: dict[int, list[int]] = {}
        self._bookings: dict[int, dict[str, Any]] = {}
        self._profile: dict[str, Any] = {"email": "ann@example.com", "nick": "ann", "fee": 1.5}
        self._last = 0

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        path, _, query = sent.target.partition("?")
        steps = path.strip("/").split("/")
        body = _read(sent)
        if steps[0] == "profile":
            return self._on_profile(sent.method, body)
        if steps[0] == "bookings":
            return self._on_bookings(sent.method, steps[1:], body, parse_qs(query))
        if steps[0] == "teams":
            return self._on_teams(sent.method, steps[1:], body)
        return self._on_people(sent.method, steps[1:], body)

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _on_people(self, method: str, steps: list[str], body: Any) -> Answer:
        if not steps and method == "POST":
            return json_answer(self._person(body), 201) if _is_named(body) else ODD
        if not steps:
            return json_answer([*self._people.values()])
        if steps == ["bulk"]:
            return self._bulk(body)
        key = _number(steps[0])
        if key not in self._people:
            return NONE
        if method != "DELETE":
            return json_answer(self._people[key])
        del self._people[key]
        for members in self._members.values():
            if key in members and self._fault != "dangling":
                members.remove(key)
        return DONE

    def _person(self, body: dict[str, Any]) -> dict[str, Any]:
        key = self._next()
        self._people[key] = {"id": key, "name": body["name"]}
        return self._people[key]

    def _bulk(self, body: Any) -> Answer:
        rows = body.get("people") if isinstance(body, dict) else None
        if not isinstance(rows, list) or not rows:
            return ODD
        results = []
        for at, row in enumerate(rows):
            if not _is_named(row):
                results.append({"status": 422})
                if self._fault == "refused-kept":
                    self._person({"name": "?"})
            elif self._fault == "told-not-made" and at:
                results.append({"status": 201, "person": {"id": 9_000 + at, **row}})
            else:
                results.append({"status": 201, "person": self._person(row)})
        return json_answer({"results": results}, 207)

    def _on_teams(self, method: str, steps: list[str], body: Any) -> Answer:
        if not steps and method == "POST":
            if not _is_named(body):
                return ODD
            key = self._next()
            self._teams[key], self._members[key] = {"id": key, "name": body["name"], "left": 0}, []
            return json_answer(self._team(key), 201)
        if not steps:
            return json_answer([*map(self._team, self._teams)])
        key = _number(steps[0])
        if key not in self._teams:
            return NONE
        if len(steps) > 1:
            return self._on_members(method, key, steps[2:], body)
        if method != "DELETE":
            return json_answer(self._team(key))
        del self._teams[key]
        return DONE

    def _team(self, key: int) -> dict[str, Any]:
        team = self._teams[key]
        size = len(self._members[key]) + (team["left"] if self._fault == "miscounted" else 0)
        return {"id": key, "name": team["name"], "size": size}

    def _on_members(self, method: str, key: int, steps: list[str], body: Any) -> Answer:
        members = self._members[key]
        if method == "POST":
            person = body.get("person_id") if isinstance(body, dict) else None
            if not isinstance(person, int) or person not in self._people:
                return ODD
            if person in members and self._fault != "joined-twice":
                return json_answer({}, 409)
            members.append(person)
            return json_answer(self._people[person], 201)
        if not steps:
            return json_answer(
                [self._people.get(each, {"id": each, "name": "?"}) for each in members]
            )
        person = _number(steps[0])
        if person not in members:
            return NONE
        if self._fault != "never-left":
            members.remove(person)
        self._teams[key]["left"] += 1
        return DONE

    def _on_bookings(
        self, method: str, steps: list[str], body: Any, query: dict[str, list[str]]
    ) -> Answer:
        if not steps and method == "POST":
            return self._book(body)
        if not steps:
            return json_answer([_shown(each) for each in self._chosen(query)])
        booking = self._bookings.get(_number(steps[0]))
        if booking is None:
            return NONE
        if len(steps) > 1:
            before = ("held",) if steps[1] == "pay" else ("held", "paid")
            if booking["status"] not in before:
                return json_answer({}, 409)
            booking["status"] = "paid" if steps[1] == "pay" else "dropped"
        return json_answer(_shown(booking))

    def _chosen(self, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        field = "first" if self._fault == "old-index" else "status"
        wanted = query.get("status", [""])[0]
        return [each for each in self._bookings.values() if wanted in ("", each[field])]

    def _book(self, body: Any) -> Answer:
        if not isinstance(body, dict) or body.get("show") not in ("early", "late"):
            return ODD
        if not re.search("^[A-H][0-9]{1,2}$", str(body.get("seat"))):
            return ODD
        if not isinstance(body.get("guest", ""), str):
            return ODD
        for each in self._bookings.values():
            is_same = (each["show"], each["seat"]) == (body["show"], body["seat"])
            holds = each["status"] != "dropped" or self._fault == "never-free"
            if is_same and holds and self._fault != "seated-twice":
                return json_answer({}, 409)
        key = self._next()
        known = {name: body[name] for name in ("show", "seat", "guest") if name in body}
        self._bookings[key] = {"id": key, **known, "status": "held", "first": "held"}
        return json_answer(_shown(self._bookings[key]), 201)

    def _on_profile(self, method: str, body: Any) -> Answer:
        if method == "PATCH":
            if not isinstance(body, dict) or not _is_profile(body):
                return ODD
            self._profile |= {
                name: self._kept(name, value)
                for name, value in body.items()
                if name in self._profile
            }
        return json_answer(self._profile)

    def _kept(self, name: str, value: Any) -> Any:
        if name == "email":
            return value if self._fault == "shouting" else value.lower()
        if name == "nick":
            return value if self._fault == "untrimmed" else value.strip()
        return int(value * 100) / 100 if self._fault == "cut-off" else round(value, 2)


def _shown(booking: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in booking.items() if name != "first"}


def _is_named(body: Any) -> bool:
    name = body.get("name") if isinstance(body, dict) else None
    return isinstance(name, str) and 0 < len(name) <= 30


def _is_profile(body: dict[str, Any]) -> bool:
    fee = body.get("fee", 1)
    is_fee = isinstance(fee, int | float) and not isinstance(fee, bool) and 0 <= fee <= 900
    nick = body.get("nick", "")
    is_nick = isinstance(nick, str) and len(nick) <= 30
    email = body.get("email", "a@b.org")
    return (
        is_fee
        and is_nick
        and isinstance(email, str)
        and re.search("^[^@ ]+@[^@ ]+$", email) is not None
    )


def _number(step: str) -> int:
    return int(step) if step.isdigit() else 0


def _read(sent: Sent) -> Any:
    try:
        return json.loads(sent.content or b"{}")
    except ValueError:
        return None
