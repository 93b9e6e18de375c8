"""Batches: the batch's record, claims on its jobs, and the work on one of them.

The state machine in `functions/batch/batch.asl.json` runs a batch; the folder holds the steps that plan and report it.
The modules here are also used by the router and by the providers' functions.
"""
