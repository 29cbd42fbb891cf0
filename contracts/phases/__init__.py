"""The phases of a run: each takes a subject, a budget and whom to tell, and makes its calls."""
