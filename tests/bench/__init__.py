"""Measurements. Each is a module to run, and its output goes into docs/figures.md."""
