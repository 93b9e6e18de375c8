"""Emulators of the three upstream providers, as docs/providers/README.md and its pages describe them.

`make run` uses them unless a real provider is configured. Integration tests start them with
`tests.emulators.server.Emulators`. A prompt can request a fault or a delay, see `directives.py`. The received requests
are at `GET /_emulator/requests` of each port, and in `app.state.requests`.
"""
