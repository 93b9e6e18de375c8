"""Commands that people run against a stack: batches, keys, a first check."""
