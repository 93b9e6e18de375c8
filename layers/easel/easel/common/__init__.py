"""Modules that all others may use: AWS clients, deadlines, logs, start-up, and checks of foreign texts and links."""
