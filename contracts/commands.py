"""The commands that this package adds to `understudy`, as they are listed."""

from mockserver.cli.commands import ListedCommand

_NEEDS = ("requests", "urllib3", "schemathesis", "hypothesis")

CHECK = ListedCommand(
    "Check that a server conforms to its API document.", "contracts.cli:check", "contracts", _NEEDS
)
DIFF = ListedCommand(
    "List the changes of an API that break its clients.",
    "contracts.changes.command:diff",
    "contracts",
    _NEEDS,
)
DRIFT = ListedCommand(
    "Show where a mock and its live server behave differently.",
    "contracts.drift.command:drift",
    "contracts",
    _NEEDS,
)
