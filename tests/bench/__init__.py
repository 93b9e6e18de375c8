"""Measurements, each a module to run; what they print goes into the README."""
