"""Commands for a local or deployed stack: batches, keys, tokens, usage, a smoke test."""
