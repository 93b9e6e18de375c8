"""Clients that nobody here wrote, unmodified, against a running local stack. Outside of CI: `make clients`."""
