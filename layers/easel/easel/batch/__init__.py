"""What only batches need: the batch's record, the claims on its jobs, and the work on one of them.

A batch is run by the state machine in `functions/batch/batch.asl.json`; that folder has the steps which prepare it and
close it. What lies here is used by the router and by the providers' functions as well.
"""
