"""The lives of the resources of a document, derived from the document and played by the judge.

A life is said in the words of the judge that plays the lives written by hand (`shared/judge`), so
that both are held to the same steps. What cannot be read from a document is not tried, and is said
so.
"""
