"""What a law is, as a value, and the table of the laws, in the order in which they are held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contracts.laws import (
    aging,
    asking,
    bounds,
    changing,
    choosing,
    conditions,
    contents,
    counts,
    creating,
    crowding,
    deleting,
    entity_tags,
    flags,
    heritage,
    holders,
    keeping,
    letters,
    limits,
    listing,
    logs,
    moves,
    ordering,
    owning,
    pairs,
    positions,
    referents,
    request_keys,
    requisites,
    results,
    returns,
    searches,
    singletons,
    sums,
    supplies,
    ties,
    trees,
    uniqueness,
    upserting,
    users,
    verbs,
    work,
)
from contracts.laws.bench.places import Place, makes_items
from contracts.laws.bench.world import World
from mockserver.model.types import Kind


@dataclass(frozen=True, slots=True)
class Law:
    """A promise of state that needs no oracle.

    `name` is stable, `sentence` says what should hold. It is held against each place with an
    operation of one of the `kinds` where `applies` is true; `hold` raises Broken, or Untried where
    it cannot be held. `writes` tells that nothing of it can be tried by reading alone,
    `is_of_users` that it needs the credentials of a second user, `is_of_ends` that it waits until
    the time of a record is up.
    """

    name: str
    sentence: str
    kinds: frozenset[Kind]
    hold: Callable[[World], None]
    applies: Callable[[Place], bool] = lambda place: True
    writes: bool = True
    is_of_users: bool = False
    is_of_ends: bool = False


MAKES = frozenset({Kind.CREATE, Kind.UPSERT})
CHANGES = frozenset({Kind.MERGE, Kind.REPLACE, Kind.UPSERT})
LISTS = frozenset({Kind.LIST, Kind.VIEW})
ALL = frozenset(Kind)


def _everywhere(place: Place) -> bool:
    return True


def _writing(
    name: str,
    sentence: str,
    kinds: frozenset[Kind],
    hold: Callable[[World], None],
    applies: Callable[[Place], bool] = _everywhere,
) -> Law:
    """Return a law of which nothing can be tried by reading alone."""
    return Law(name, sentence, kinds, hold, applies, writes=True)


def _reading(
    name: str,
    sentence: str,
    kinds: frozenset[Kind],
    hold: Callable[[World], None],
    applies: Callable[[Place], bool] = _everywhere,
) -> Law:
    return Law(name, sentence, kinds, hold, applies, writes=False)


def _of_users(name: str, sentence: str, hold: Callable[[World], None]) -> Law:
    """Return a law that needs the credentials of a second user."""
    return Law(name, sentence, MAKES, hold, users.has_records, is_of_users=True)


LAWS = (
    _writing(
        "created-is-readable",
        "What was created can be read, is in the list once, and counts.",
        MAKES,
        creating.created_is_readable,
    ),
    _writing("sent-is-read", "What was sent is in what is read.", MAKES, creating.sent_is_read),
    _writing(
        "defaults-apply",
        "What was not sent has its default, and null, false or zero that was sent has not.",
        MAKES,
        owning.defaults_apply,
    ),
    _writing(
        "read-only-cannot-be-written",
        "Read-only properties cannot be written.",
        MAKES,
        owning.read_only_cannot_be_written,
    ),
    _writing(
        "secrets-are-not-shown",
        "What can only be written is shown by no reply.",
        MAKES,
        owning.secrets_are_not_shown,
        owning.has_secrets,
    ),
    _writing(
        "keys-are-not-reused",
        "Keys are unique and never given twice.",
        MAKES,
        owning.keys_are_not_reused,
    ),
    _writing(
        "unique-is-kept",
        "What must be unique is refused when it is there already, and overwrites nothing.",
        MAKES,
        owning.unique_is_kept,
        owning.has_unique,
    ),
    _writing(
        "batch-makes-all",
        "Records that are sent together are all there, as they were sent.",
        MAKES,
        creating.batch_makes_all,
        creating.has_batches,
    ),
    _writing(
        "merge-keeps-the-rest",
        "A merge changes what was sent and nothing else.",
        CHANGES,
        changing.merge_keeps_the_rest,
        changing.merges,
    ),
    _writing(
        "replace-resets-the-rest",
        "A replace resets what was not sent.",
        CHANGES,
        changing.replace_resets_the_rest,
        changing.replaces,
    ),
    _writing(
        "one-record-is-kept",
        "What is written to the one record of a path is read there, and nothing else changes.",
        CHANGES,
        singletons.what_is_written_is_kept,
        singletons.is_single,
    ),
    _writing(
        "one-record-stays-when-refused",
        "A refused call leaves the one record of a path as it is.",
        CHANGES,
        singletons.what_is_refused_is_not_written,
        singletons.is_single,
    ),
    _writing(
        "same-call-twice",
        "An idempotent call made twice is as good as made once.",
        CHANGES | {Kind.DELETE},
        changing.same_call_twice,
    ),
    _writing(
        "moments-go-forward",
        "The moment of creation stays, and that of the last change does not go back.",
        CHANGES,
        aging.moments_go_forward,
    ),
    _writing(
        "upsert-is-idempotent",
        "An upsert made twice makes one record.",
        CHANGES,
        upserting.upsert_is_idempotent,
        upserting.has_upsert,
    ),
    _writing(
        "upsert-replaces",
        "An upsert of a record that is there keeps its key and replaces its values.",
        CHANGES,
        upserting.upsert_replaces,
        upserting.has_upsert,
    ),
    _writing(
        "upsert-replaces-children",
        "An upsert replaces the children: the same ones keep their keys, those left out go.",
        CHANGES,
        upserting.upsert_replaces_children,
        upserting.has_children,
    ),
    _writing(
        "near-keys-are-others",
        "Records whose keys differ in case, or by one character, are not the same.",
        CHANGES,
        upserting.near_keys_are_others,
        upserting.has_upsert,
    ),
    _writing(
        "deleted-is-gone",
        "What was deleted is in no record, list, view or count any more.",
        frozenset({Kind.DELETE}),
        deleting.deleted_is_gone,
    ),
    _writing(
        "deleted-comes-back",
        "What is brought back after its delete is as it was, and is listed where it is asked for.",
        MAKES,
        returns.deleted_comes_back,
        returns.may_come_back,
    ),
    _writing(
        "contents-are-kept",
        "The bytes that were sent are read, whole and in ranges, and what tells of them is right.",
        MAKES,
        contents.contents_are_kept,
        makes_items,
    ),
    _writing(
        "bulk-delete-takes-what-is-selected",
        "A delete of many takes what it selects and nothing else.",
        frozenset({Kind.BULK_DELETE}),
        deleting.bulk_delete_takes_what_is_selected,
        deleting.has_bulk,
    ),
    _writing(
        "parent-takes-its-children",
        "A deleted parent takes its children along.",
        MAKES,
        deleting.parent_takes_its_children,
        deleting.is_below_others,
    ),
    _writing(
        "refused-changes-nothing",
        "A refused call changes nothing, not even a part of it.",
        MAKES | CHANGES,
        keeping.refused_changes_nothing,
    ),
    _writing(
        "siblings-are-untouched",
        "A write leaves the other records of the collection as they are.",
        MAKES,
        keeping.siblings_are_untouched,
    ),
    _writing(
        "other-parents-are-untouched",
        "A record is of one parent alone: no other one shows, changes or deletes it.",
        MAKES,
        keeping.other_parents_are_untouched,
        deleting.is_below_others,
    ),
    _writing(
        "concurrent-creates-survive",
        "Records that are created at the same time are all there.",
        MAKES,
        crowding.concurrent_creates_survive,
    ),
    _writing(
        "concurrent-changes-survive",
        "Changes of different properties at the same time are all there.",
        CHANGES,
        crowding.concurrent_changes_survive,
        changing.merges,
    ),
    _writing(
        "stale-changes-nothing",
        "A change gives a record another entity tag, and a stale one changes nothing.",
        CHANGES,
        entity_tags.stale_changes_nothing,
        entity_tags.has_versions,
    ),
    _writing(
        "same-request-makes-one",
        "Requests with the same key make one record.",
        MAKES,
        request_keys.same_request_makes_one,
        request_keys.takes_request_keys,
    ),
    _writing(
        "same-request-does-it-once",
        "Requests with the same key do something to a record once.",
        MAKES,
        request_keys.same_request_does_it_once,
        request_keys.has_verbs_with_keys,
    ),
    _writing(
        "used-up-is-refused",
        "What takes from a record is refused when nothing is left, where the document says so.",
        MAKES,
        verbs.what_is_used_up_is_refused,
        verbs.has_items,
    ),
    Law(
        "over-is-refused",
        "What is done to a record whose time is up is refused, where the document says so.",
        MAKES,
        verbs.what_is_over_is_refused,
        verbs.has_items,
        is_of_ends=True,
    ),
    _writing(
        "told-order-is-refused",
        "What must come before something else by the words of the document is refused else.",
        MAKES,
        pairs.told_order_is_refused,
        pairs.has_order,
    ),
    _writing(
        "conditions-are-kept",
        "A property that goes with the value of another one is there with it alone, as the "
        "document says.",
        MAKES,
        conditions.conditions_are_kept,
        conditions.tells_of_conditions,
    ),
    _writing(
        "positions-are-kept",
        "Positions are without gaps, and a record is where it was put.",
        MAKES,
        positions.positions_are_kept,
        positions.has_positions,
    ),
    _writing(
        "trees-are-kept",
        "What is below a record goes along with it, and nothing is below itself, where the "
        "document says so.",
        MAKES,
        trees.trees_are_kept,
        trees.is_tree,
    ),
    _writing(
        "scopes-are-apart",
        "Records that a header says to be of one are not there for another one.",
        MAKES,
        holders.scopes_are_apart,
        holders.is_of_somebody,
    ),
    _writing(
        "results-are-true",
        "What a reply tells of each of several records is so.",
        MAKES,
        results.results_are_true,
        results.tells_of_each,
    ),
    _writing(
        "links-are-kept",
        "What is linked to a record is listed and counted once, and no more when it is taken off.",
        MAKES,
        ties.links_are_kept,
        makes_items,
    ),
    _writing(
        "named-must-exist",
        "What a record names exists, where the document says so.",
        MAKES,
        referents.named_must_exist,
        referents.names_others,
    ),
    _writing(
        "deleted-is-not-named",
        "What was deleted is named and counted no more, where the document says so.",
        MAKES,
        referents.deleted_is_not_named,
        referents.names_others,
    ),
    _writing(
        "counts-follow",
        "What counts the records below it follows when one comes, changes or goes.",
        MAKES,
        counts.counts_follow,
        counts.is_below,
    ),
    _writing(
        "totals-are-sums",
        "A total is the sum that the document says it is.",
        MAKES,
        sums.totals_are_sums,
        sums.tells_of_sums,
    ),
    _writing(
        "told-form-is-kept",
        "A text is kept in the form that the document says: lower or upper case, trimmed.",
        MAKES | CHANGES,
        letters.told_form_is_kept,
        letters.tells_of_form,
    ),
    _writing(
        "one-more-is-refused",
        "One more than there is room for is refused, where the document says so.",
        MAKES,
        limits.one_more_is_refused,
        limits.tells_of_room,
    ),
    _writing(
        "no-more-than-there-is",
        "What is not there cannot be taken, where the document says so.",
        MAKES,
        limits.no_more_than_there_is,
        limits.has_stock,
    ),
    _writing(
        "taken-is-less",
        "What a record takes from another one is less there, where the document says so.",
        MAKES,
        supplies.taken_is_less,
        supplies.takes_from_others,
    ),
    _writing(
        "told-defaults-follow",
        "What is not sent is as another record says, where the document says so.",
        MAKES,
        heritage.told_defaults_follow,
        heritage.may_inherit,
    ),
    _writing(
        "done-is-logged",
        "What is done to a record has an entry in a log, where the document says so.",
        MAKES,
        logs.done_is_logged,
        logs.may_be_logged,
    ),
    _writing(
        "told-state-is-heeded",
        "What another record must be like is refused else, where the document says so.",
        MAKES,
        requisites.told_state_is_heeded,
        requisites.may_need_others,
    ),
    _writing(
        "flag-is-of-one",
        "A flag that one record at most may have goes from the others, where the document says so.",
        MAKES,
        flags.flag_is_of_one,
        flags.has_flags_of_one,
    ),
    _writing(
        "told-unique-is-refused",
        "What must be unique by the words of the document is refused when it is there.",
        MAKES,
        uniqueness.told_unique_is_refused,
        uniqueness.tells_of_unique,
    ),
    _writing(
        "done-is-shown",
        "What a reply shows of what was done to a record is what is read.",
        MAKES,
        verbs.done_is_shown,
        verbs.has_items,
    ),
    _writing(
        "put-away-is-not-listed",
        "What is put away is not listed, where the document says so.",
        MAKES,
        verbs.put_away_is_not_listed,
        verbs.has_items,
    ),
    _writing(
        "moves-are-kept",
        "A record moves from state to state as the document says, and in no other way.",
        MAKES,
        moves.moves_are_kept,
        moves.has_states,
    ),
    _writing(
        "accepted-comes-to-its-end",
        "Work that was accepted comes to an end.",
        MAKES,
        work.accepted_comes_to_its_end,
        work.is_accepted,
    ),
    _of_users(
        "others-are-not-shown",
        "What one user may not see is neither read nor listed by them.",
        users.others_are_not_shown,
    ),
    _of_users(
        "others-are-not-changed",
        "What one user may not see is neither changed nor deleted by them.",
        users.others_are_not_changed,
    ),
    _reading(
        "pages-partition",
        "Pages partition the list: each record is on one page, and what tells of other pages is "
        "right.",
        LISTS,
        listing.pages_partition,
        listing.has_pages,
    ),
    _reading(
        "count-is-the-sum",
        "Totals and counts are how many records there are.",
        LISTS,
        listing.count_is_the_sum,
    ),
    _writing(
        "searches-follow",
        "A search finds a new record, a changed one by what it is now, and no deleted one.",
        MAKES,
        searches.searches_follow,
        makes_items,
    ),
    _reading(
        "filters-choose",
        "A filter chooses all records that fit and no other.",
        LISTS,
        choosing.filters_choose,
        choosing.has_filters,
    ),
    _reading(
        "bounds-choose",
        "Bounds, words and properties that a list is asked for leave out what does not fit.",
        LISTS,
        bounds.bounds_choose,
        bounds.has_bounds,
    ),
    _reading(
        "order-holds",
        "Records come in the order asked for.",
        LISTS,
        ordering.order_holds,
        ordering.has_order,
    ),
    _reading(
        "auth-is-enforced",
        "Nobody is let in without the right credentials.",
        ALL,
        asking.auth_is_enforced,
    ),
    _reading(
        "safe-methods-are-safe",
        "GET, HEAD and OPTIONS change nothing.",
        ALL,
        asking.safe_methods_are_safe,
        asking.reads_something,
    ),
    _reading(
        "head-is-get",
        "HEAD is GET without its body.",
        ALL,
        asking.head_is_get,
        asking.reads_something,
    ),
)
"""All laws."""
