"""The clients: the program that calls each, its package, and its option for redirects."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Client:
    """A client.

    Attributes:
        name: its name in the table.
        program: `python_clients.py` or `node_clients.mjs`. The first also calls clients of other languages.
        function: its function in that program.
        package: the package that has its version, of PyPI, npm, Debian or `SOURCES`; or the command that prints it.
        switch: the option for redirects at the HTTP API, if they are off by default.
        names: whether it offers only OpenAI's names of models.
    """

    name: str
    program: str
    function: str
    package: str
    switch: str = ""
    names: bool = False


PYTHON, NODE = "python_clients.py", "node_clients.mjs"
DALLE = "dall-e-3"
"""For clients that offer OpenAI's names alone."""
DEBIAN = "curl php-cli php-curl php-guzzlehttp-guzzle php-symfony-http-client ruby ruby-faraday ruby-faraday-middleware"
"""Debian's packages with the clients that neither PyPI nor npm has; Java is any that is there."""
SOURCES = {
    "openai-php/client": "v0.20.1",
    "php-http/discovery": "1.19.3",
    "php-http/multipart-stream-builder": "1.3.0",
    "alexrudall/ruby-openai": "v8.3.0",
    "lostisland/faraday": "v2.14.2",
    "lostisland/faraday-net_http": "v3.4.2",
    "lostisland/faraday-multipart": "v1.2.0",
    "tisba/faraday-follow-redirects": "v0.5.0",
    "Shopify/event_stream_parser": "v1.0.0",
}
"""openai-php, ruby-openai and their libraries that Debian lacks: repositories on GitHub and their tags."""

CLIENTS = (
    Client("openai-python", PYTHON, "openai_python", "openai"),
    Client("openai-python, `stream=True`", PYTHON, "openai_stream", "openai"),
    Client("openai-python, `async` and `/v1/tasks`", PYTHON, "openai_task", "openai"),
    Client("openai-python, `httpx.Client()`", PYTHON, "openai_httpx", "openai", "`follow_redirects=True`"),
    Client("LiteLLM", PYTHON, "litellm", "litellm"),
    Client("pydantic-ai", PYTHON, "pydantic_ai", "pydantic-ai-slim", "an `http_client` with `follow_redirects=True`"),
    Client("Haystack", PYTHON, "haystack", "haystack-ai"),
    Client("LangChain", PYTHON, "langchain", "langchain-community"),
    Client("agno", PYTHON, "agno", "agno", names=True),
    Client("llama-index", PYTHON, "llama_index", "llama-index-tools-openai-image-generation", names=True),
    Client("llm-openai-images", PYTHON, "llm_openai_images", "llm-openai-images", names=True),
    Client("llm-apimaster", PYTHON, "llm_apimaster", "llm-apimaster"),
    Client("requests", PYTHON, "requests", "requests"),
    Client("aiohttp", PYTHON, "aiohttp", "aiohttp"),
    Client("urllib3", PYTHON, "urllib3", "urllib3"),
    Client("tornado", PYTHON, "tornado", "tornado", "`request_timeout=300`"),
    Client("openai-node", NODE, "openaiNode", "openai"),
    Client("openai-node, `stream: true`", NODE, "openaiStream", "openai"),
    Client("Vercel AI SDK", NODE, "vercel", "ai"),
    Client("n8n's OpenAI node", NODE, "n8n", "@n8n/n8n-nodes-langchain"),
    Client("Node's `fetch`", NODE, "nodeFetch", "node --version"),
    Client("axios", NODE, "axiosPost", "axios"),
    Client("got", NODE, "gotPost", "got"),
    Client("superagent", NODE, "superagentPost", "superagent"),
    Client("needle", NODE, "needlePost", "needle", "`follow_max: 9`"),
    Client("`undici.request`", NODE, "undiciRequest", "undici", "interceptor `redirect({ maxRedirections: 9 })`"),
    Client("Java's `HttpClient`", PYTHON, "java", "java --version", "`Redirect.NORMAL`"),
    Client("curl", PYTHON, "curl", "curl --version", "`-L`"),
    Client("PHP's curl", PYTHON, "php_curl", "php --version", "`CURLOPT_FOLLOWLOCATION`"),
    Client("Guzzle", PYTHON, "guzzle", "php-guzzlehttp-guzzle"),
    Client("openai-php", PYTHON, "openai_php", "openai-php/client", "`withHttpClient(…)`, Symfony's"),
    Client("Faraday", PYTHON, "faraday", "ruby-faraday", "middleware `follow_redirects`"),
    Client("ruby-openai", PYTHON, "ruby_openai", "alexrudall/ruby-openai", "middleware `follow_redirects`"),
)
