"""Unmodified third-party clients against a running local stack. Outside of CI: `make clients`."""
