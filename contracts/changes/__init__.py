"""What of an API changed between two documents, which of it breaks clients, and the calls that show
it.
"""
