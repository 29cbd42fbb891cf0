"""First records: what a store holds when a space starts, from fixtures, examples or made to
measure.
"""

from mockserver.defaults import FIXTURE as DEFAULT
from mockserver.seeding.fixtures import IN, fixture_file, read_fixture, seed

__all__ = ["DEFAULT", "IN", "fixture_file", "read_fixture", "seed"]
