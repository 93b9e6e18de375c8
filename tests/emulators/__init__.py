"""Emulators of the three upstream providers, as docs/providers/README.md and its pages describe them.

`make run` points the product at them when no real provider is configured; integration tests start them with
`tests.emulators.server.Emulators`. A prompt can order a fault or a delay: see `directives.py`.
What a provider received is at `GET /_emulator/requests` of its port, and in `app.state.requests`.
"""
