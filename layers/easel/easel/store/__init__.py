"""What a deployment keeps: jobs and other items in the table, pictures in the bucket."""
