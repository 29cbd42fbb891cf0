"""A folder of tests, one for each finding of a run: events in, files for pytest out."""

from __future__ import annotations

from pathlib import Path

from contracts.errors import PlanError
from contracts.events import Event
from contracts.exports.pytest_file import file_name, file_text
from contracts.reports.files import NewFile
from contracts.reports.tally import Tally
from mockserver.model.types import Model


class Exporter:
    """Writes a file for each finding that has calls and is not accepted; a file of a finding of
    before stays.
    """

    def __init__(self, folder: Path, model: Model) -> None:
        """Make the folder where it is missing. Raises PlanError when that cannot be."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PlanError(f"{folder} cannot be a folder of tests: {error.strerror}") from None
        NewFile(folder / "probe").discard()
        self._folder, self._model = folder, model
        self._tally = Tally()

    def take(self, event: Event) -> None:
        self._tally.take(event)

    def close(self) -> None:
        origin = self._tally.started.origin if self._tally.started is not None else ""
        for finding in self._tally.findings:
            if finding.calls and not finding.accepted:
                file = NewFile(self._folder / file_name(finding))
                file.write(file_text(finding, self._model, origin))
                file.close()
