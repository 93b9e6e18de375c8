"""Measurements, each a module to run; what they print goes into docs/figures.md."""
