"""Write the pages of the manual that are made: `python -m tests.manual`."""

from tests.manual.pages import write

write()
