"""What options are when they are not given, and their bounds: for the command line, which tells
them before it imports what they are for.
"""

FIXTURE = "default"
"""The records that a mock begins with."""
MEMORY = "memory"
"""Where state is kept."""
LARGEST_POPULATION = 10_000
"""Records of one collection that can be asked for."""
FALL_BACK_ON = (501,)
"""Statuses of a live server that has no such operation, so that the mock answers."""
KILLED = 128
"""Added to the number of the signal that ended a process, as shells have it (POSIX, XCU 2.8.2)."""
MEMORY_MIB = 128
"""What journal and spaces may keep together."""
TEXT, JSON = LOG_FORMS = ("text", "json")
"""How a command that serves tells of requests: for people, or for collectors of logs."""
