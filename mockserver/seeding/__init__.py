"""First records: what a store holds when a space starts, from fixtures, examples or made to
measure.
"""

from mockserver.seeding.fixtures import DEFAULT, IN, fixture_file, read_fixture, seed

__all__ = ["DEFAULT", "IN", "fixture_file", "read_fixture", "seed"]
