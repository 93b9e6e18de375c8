"""Easel's shared layer: everything that more than one function needs, from the catalog to the job record."""

__version__ = "0.2.0.dev0"
