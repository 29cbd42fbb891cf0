from __future__ import annotations

from contracts.events import CallAnswered
from contracts.reports.coverage import Coverage, Sendings
from tests.conftest import model_of
from tests.reports.runs import broken_run, call


def covered(*events: CallAnswered) -> Coverage:
    coverage = Coverage(model_of("bookshop"))
    for event in events:
        coverage.take(event)
    return coverage


def test_parameters_and_bodies_are_counted_by_whether_their_schemas_hold() -> None:
    calls = [
        call(1, "GET /shelves", "/shelves?limit=2", 200),
        call(2, "GET /shelves", "/shelves?limit=x&page=1", 400),
        call(3, "POST /shelves", "/shelves", 201, body={"name": "a"}),
        call(4, "POST /shelves", "/shelves", 400, body={"name": 1}),
        call(5, "POST /shelves", "/shelves", 400),
        call(6, None, "/nowhere", 404),
    ]
    operations = covered(*map(CallAnswered, calls)).operations
    assert [
        (each.name, each.valid, each.invalid) for each in operations["GET /shelves"].parameters
    ] == [
        ("page", 1, 0),
        ("limit", 1, 1),
    ]
    assert operations["POST /shelves"].parameters == [Sendings("body", "body", True, 1, 1)]


def test_a_path_before_the_operations_is_no_part_of_their_parameters() -> None:
    operations = covered(
        CallAnswered(call(1, "GET /shelves/{shelf_id}", "/v1/api/shelves/3", 200))
    ).operations
    assert operations["GET /shelves/{shelf_id}"].parameters == [
        Sendings("path", "shelf_id", True, 1, 0)
    ]


def test_statuses_are_those_of_the_document_then_the_others() -> None:
    answers = [201, 201, 404, 500]
    events = [
        CallAnswered(call(number, "POST /shelves", "/shelves", each))
        for number, each in enumerate(answers)
    ]
    assert list(covered(*events).operations["POST /shelves"].statuses()) == [
        ("201", 2, True),
        ("400", 0, True),
        ("401", 0, True),
        ("406", 0, True),
        ("415", 0, True),
        ("404", 1, False),
        ("500", 1, False),
    ]


def test_every_operation_of_the_document_is_there_also_when_it_was_not_called() -> None:
    coverage = covered(*(each for each in broken_run() if isinstance(each, CallAnswered)))
    assert list(coverage.operations) == [each.label for each in model_of("bookshop").operations]
    assert sum(sum(each.seen.values()) for each in coverage.operations.values()) == 3
