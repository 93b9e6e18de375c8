"""Easel in one process, spoken to over HTTP: what deployment gives, out of `template.yaml` and the real handlers.

`gateway` does what the HTTP API does, `functions` what Lambda does, `cloud` is the rest of AWS (moto) with weather on
demand, `stack` puts them together with the emulators of the providers. See `tests/integration/conftest.py`.
"""
