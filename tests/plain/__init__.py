"""A plain installation: what `pip install understudy` brings, without any extra."""
