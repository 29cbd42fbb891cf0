"""Look inside and steer: the journal of calls and the control API."""
