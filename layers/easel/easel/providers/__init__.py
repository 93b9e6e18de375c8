"""Calls to providers: the adapters' contract, the HTTP client, downloads, errors, and the deployment's tokens."""
