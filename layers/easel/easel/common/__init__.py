"""What everything may use: AWS clients, deadlines, logs, start-up, and texts and links that others sent."""
