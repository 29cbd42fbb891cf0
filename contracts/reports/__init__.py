"""Reports of a run, each a fold over its events: `opening.open_reports` opens them, `reporter` says
what one is.
"""
