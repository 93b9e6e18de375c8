"""Batches: the batch record, the manifest, claims on jobs, and the work on one job.

The state machine `functions/batch/batch.asl.json` runs a batch, and the modules in that folder plan it and report its
results. The modules here are shared with the router and the providers' functions.
"""
