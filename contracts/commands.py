"""The commands that this package adds to `understudy`, as they are listed."""

from mockserver.cli.commands import ListedCommand

_NEEDS = ("requests", "urllib3", "rich", "schemathesis", "hypothesis")

CHECK = ListedCommand(
    "Check that a server conforms to its API document.",
    "contracts.cli.check:check",
    "contracts",
    _NEEDS,
)
DIFF = ListedCommand(
    "List the changes of an API that break its clients.",
    "contracts.cli.diff:diff",
    "contracts",
    _NEEDS,
)
DRIFT = ListedCommand(
    "Show where a mock and its live server behave differently.",
    "contracts.cli.drift:drift",
    "contracts",
    _NEEDS,
)
