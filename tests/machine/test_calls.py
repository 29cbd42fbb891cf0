"""Plans break one rule at a time, wherever a body may break one, and ask for orders that are
documented.
"""

from __future__ import annotations

from hypothesis import Phase, find, settings

from contracts.compare.placeholders import PlaceholderNumbers, PlaceholderSupply
from contracts.machine.calls import Pick, Plan, plans
from contracts.machine.pool import Pool
from contracts.oracle.aliases import Aliases
from contracts.oracle.plain_store import PlainStore
from contracts.oracle.settled import Settled
from contracts.requests.spoils import Spoil
from contracts.requests.strategies import Echo
from mockserver.call import ProblemKind
from mockserver.model.types import Model
from mockserver.state import Collection, Put
from tests.model.compiling import compiled, operation

MODEL = compiled("""
paths:
  /things:
    get:
      parameters: [{name: sort, in: query, schema: {enum: [size, -size]}}]
      responses: {'200': {description: d, content: {application/json: {schema: &many {type: array, items: &thing
        {type: object, required: [name], properties: {id: {type: integer, readOnly: true}, name: {type: string},
        parts: {type: array, minItems: 2, items: {type: object, required: [at],
          properties: {at: {type: integer}}}}}}}}}}}
    post: &write
      requestBody: {required: true, content: {application/json: {schema: *thing}}}
      responses: {'201': {description: d, content: {application/json: {schema: *thing}}}}
  /things/create:
    post: {<<: *write, requestBody: {required: true, content: {application/json: {schema: *many}}}}
""")


def found(label: str, wanted: str | None, place: str) -> Settled:
    """Return a settled call whose plan spoils a property of an item within an array."""

    def fits(plan: Plan) -> bool:
        spoil = plan.spoil
        return (
            spoil is not None
            and (spoil.within, spoil.place) == (wanted, place)
            and settled(plan).spoil is not None
        )

    quick = settings(database=None, derandomize=True, max_examples=2000, phases=[Phase.generate])
    return settled(find(plans(MODEL, operation(MODEL, label)), fits, settings=quick))


def settled(plan: Plan, model: Model = MODEL, store: PlainStore | None = None) -> Settled:
    supply = PlaceholderSupply()
    return Pool(model, PlaceholderNumbers(store or PlainStore()), Aliases(supply)).settle(plan)


def test_the_last_item_of_a_property_is_spoiled_and_the_others_are_right() -> None:
    *right, last = found("POST /things", "parts", "at").body["parts"]
    assert all(isinstance(each["at"], int) for each in right)
    assert not isinstance(last.get("at"), int)


def test_the_last_item_of_a_body_is_spoiled_and_the_others_are_right() -> None:
    *right, last = found("POST /things/create", "", "name").body
    assert all(isinstance(each["name"], str) for each in right)
    assert not isinstance(last.get("name"), str)


def test_a_body_without_items_has_none_to_spoil() -> None:
    plan = Plan(
        operation(MODEL, "POST /things/create"),
        body=[],
        spoil=found("POST /things/create", "", "name").spoil,
    )
    assert settled(plan).spoil is None


def test_an_order_that_is_documented_is_asked_for() -> None:
    for order in ("size", "-size"):
        find(
            plans(MODEL, operation(MODEL, "GET /things")),
            lambda plan, order=order: plan.query.get("sort") == order,
        )


PRICES = compiled("""
paths:
  /prices:
    get:
      parameters: [{name: note, in: query, schema: {type: string}}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &price
        {type: object, properties: {sku: {type: string}, note: {type: string}}}}}}}}
  /prices/{sku}:
    get:
      parameters: [{name: sku, in: path, required: true, schema: {type: string, pattern: '^[A-Za-z]+$'}}]
      responses: {'200': {description: d, content: {application/json: {schema: *price}}}}
""")


def test_keys_and_values_near_those_that_are_there_are_asked_for() -> None:
    store = PlainStore()
    store.apply([Put(Collection("prices"), "pen", {"sku": "pen", "note": "Red"})])
    reads, lists = operation(PRICES, "GET /prices/{sku}"), operation(PRICES, "GET /prices")
    keys = {
        settled(Plan(reads, {"sku": Pick("near", n)}), PRICES, store).path["sku"] for n in range(8)
    }
    assert keys == {"PEN", "penn", "pe"}
    wanted = [Echo("note", "string", 0, "x", near=n) for n in range(5)]
    notes = [
        settled(Plan(lists, query={"note": each}), PRICES, store).query["note"] for each in wanted
    ]
    assert notes == ["Red", "rED", "Redd", "Re", "0Red"]
    find(plans(PRICES, reads), lambda plan: plan.path["sku"].where == "near")
    find(
        plans(PRICES, lists),
        lambda plan: isinstance(plan.query.get("note"), Echo) and plan.query["note"].near > 0,
    )


LOANS = compiled("""
paths:
  /rooms/{room_id}/books:
    post:
      parameters: [{name: room_id, in: path, required: true, schema: {type: integer}}]
      requestBody: {content: {application/json: {schema: &book
        {type: object, properties: {id: {type: integer, readOnly: true}, title: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *book}}}}
  /rooms/{room_id}/books/{id}:
    get:
      parameters: [{name: room_id, in: path, required: true, schema: {type: integer}},
                   {name: id, in: path, required: true, schema: {type: integer}}]
      responses: {'200': {description: d, content: {application/json: {schema: *book}}}}
  /rooms:
    post:
      requestBody: {content: {application/json: {schema: &room
        {type: object, properties: {id: {type: integer, readOnly: true}, name: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *room}}}}
  /rooms/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {'200': {description: d, content: {application/json: {schema: *room}}}}
""")


def loans(*rooms: int) -> PlainStore:
    """Return rooms with one book each, which has ten times the key of its room."""
    store = PlainStore()
    for room in rooms:
        store.apply([Put(Collection("rooms"), str(room), {"id": room})])
        store.apply([Put(Collection("books", (str(room),)), str(room * 10), {"id": room * 10})])
    return store


def test_a_record_is_chosen_below_what_stands_above_it_in_the_path() -> None:
    plan = Plan(
        operation(LOANS, "GET /rooms/{room_id}/books/{id}"),
        {"id": Pick("live"), "room_id": Pick("live", 1)},
    )
    assert settled(plan, LOANS, loans(1, 2)).path == {"room_id": 2, "id": 20}


def test_a_plan_that_was_made_stays_about_its_record_where_others_are_gone() -> None:
    plan = Plan(
        operation(LOANS, "GET /rooms/{room_id}/books/{id}"),
        {"room_id": Pick("live", 1), "id": Pick("live")},
    )
    made = plan.about(settled(plan, LOANS, loans(1, 2, 3)).path)
    assert settled(made, LOANS, loans(2, 3)).path == {"room_id": 2, "id": 20}
    assert settled(made, LOANS, loans(1, 3)).path == {"room_id": 3, "id": 30}  # the n-th one then


def test_a_body_without_its_wrapper_is_spoiled_as_it_is() -> None:
    thing = """{type: object, properties: {id: {type: integer, readOnly: true}, name: {type: string}}}"""
    model = compiled(f"""
paths:
  /things:
    get: {{responses: {{'200': {{description: d, content: {{application/json: {{schema: {{type: array,
      items: {thing}}}}}}}}}}}}}
    post:
      requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{thing: {thing}}}}}}}}}}}
      responses: {{'201': {{description: d, content: {{application/json: {{schema: {thing}}}}}}}}}
  /things/{{id}}:
    parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
    get: {{responses: {{'200': {{description: d, content: {{application/json: {{schema: {thing}}}}}}}}}}}
""")
    making = operation(model, "POST /things")
    assert making.envelope.request == "thing"
    spoil = Spoil("body", "name", 5, ProblemKind.INVALID)
    plan = Plan(making, {}, {}, {}, spoil)
    assert settled(plan, model).body == {"name": 5}
