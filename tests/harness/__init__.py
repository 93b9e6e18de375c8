"""A deployed Easel in one process, reached over HTTP: built from `template.yaml` and the real handlers.

`gateway` emulates the HTTP API, `functions` emulates Lambda, and `cloud` is the rest of AWS (moto) with faults on
demand. `stack` combines them with the providers' emulators. See `tests/integration/conftest.py`.
"""
