"""The contract that mock and live server are both held to."""
