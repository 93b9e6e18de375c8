"""The routes under `/v1`, as OpenAI's SDKs call them: a base URL is all that a program changes."""
