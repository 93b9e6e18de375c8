"""The routes under `/api`, and the page."""
