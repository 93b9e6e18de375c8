"""The deployment's storage: jobs and other items in the table, pictures in the bucket."""
