"""The routes under `/v1` for OpenAI's SDKs. Programs change only their base URL."""
