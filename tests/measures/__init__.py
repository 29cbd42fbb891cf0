"""What others hold the mock to: cases with right answers and lives of resources, written by hand and
played over HTTP by programs that know nothing of it.

They lie beside the repository, in `shared/cases` and `shared/judge`, or in the folder that
`UNDERSTUDY_MEASURES` names; where they are absent their tests skip. `not_yet.toml` lists what is not
right yet. What becomes right goes off the list, so that it cannot be lost again.
"""
