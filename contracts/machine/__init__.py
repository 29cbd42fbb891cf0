"""Sequences of calls, drawn by Hypothesis, held to the oracle and made as short as they can be."""
