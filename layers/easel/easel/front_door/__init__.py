"""The front door: validate a call, start its job, wait, answer."""
