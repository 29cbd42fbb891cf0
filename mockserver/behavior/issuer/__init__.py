"""Who gives tokens, pure: consent, grants and what was given."""
