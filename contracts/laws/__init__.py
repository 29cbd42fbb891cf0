"""Laws that hold for any server of an API, whatever its state: checks without an oracle."""
