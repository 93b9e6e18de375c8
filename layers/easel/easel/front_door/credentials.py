"""Read the credentials of a call: the token in the provider's header, and the Easel key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from easel import catalog
from easel.budgets import keys
from easel.common import pasted
from easel.errors import AuthInvalid, AuthRequired
from easel.settings import settings

MAX_TOKEN = 4096
"""Maximum characters of a token."""
OTHER_HEADERS = ("Authorization", "Api-Key", "X-Auth-Token", "X-Access-Token", "X-Goog-Api-Key", "Token")
"""Headers in which other services expect their tokens."""


def read_credentials(provider: catalog.Provider, headers: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return the token in the provider's header, and the id of the Easel key. Each may be None.

    Raises:
        AuthRequired: the provider or the deployment requires a token or a key.
        AuthInvalid: the token or the key is malformed.
    """
    key = keys.key_of_headers(headers, required=settings().access == "keys")
    return read_token(provider, headers, key), key


def read_token(provider: catalog.Provider, headers: Mapping[str, str], key: str | None = None) -> str | None:
    """Return the token in the provider's header, or None.

    Raise `AuthRequired` if the provider requires a token and the call has neither token nor key. Raise `AuthInvalid`
    for a malformed token.
    """
    token = pasted.token(headers.get(provider.auth_header.lower(), ""))
    if not token:
        check_other_headers(provider, headers)
    if not token and provider.auth_required and not key:
        raise AuthRequired(
            f"{provider.name} needs a token: send it in the header {provider.auth_header}; "
            f"get one at {provider.token_url}; or send an Easel key of this deployment as Authorization: Bearer ek_…"
            f"{seen_elsewhere(headers)}",
            provider=provider.id,
            field=provider.auth_header,
        )
    return checked_token(provider, token, provider.auth_header) or None


def check_other_headers(provider: catalog.Provider, headers: Mapping[str, str], read: Sequence[str] = ()) -> None:
    """Raise `AuthRequired` if a token of the provider is in a header that is not read.

    Args:
        provider: the provider.
        headers: with lower-case names.
        read: further headers in which the route reads tokens.
    """
    for name in _headers_of_tokens():
        value = headers.get(name.lower(), "") if name not in (provider.auth_header, *read) else ""
        if value and owner_of(pasted.token(value)) is provider:
            raise AuthRequired(
                f"the token of {provider.name} is in the header {name}, which is not read: send it in the header "
                f"{provider.auth_header}",
                provider=provider.id,
                field=provider.auth_header,
            )


def unused_token(provider: catalog.Provider, headers: Mapping[str, str], token: str | None) -> tuple[str, ...]:
    """Return a warning if the call has no token for the provider, but another header may contain one."""
    given = [name for name in OTHER_HEADERS if _may_be_token(name, headers.get(name.lower(), ""))]
    if token or not given:
        return ()
    return (f"{given[0]} was ignored: this call uses only a token of {provider.name} in {provider.auth_header}",)


def owner_of(token: str) -> catalog.Provider | None:
    """Return the provider with tokens of this prefix, or None if the prefix is unknown."""
    return next((each for each in catalog.providers().values() if token.startswith(each.token_prefixes)), None)


def _headers_of_tokens() -> list[str]:
    return [each.auth_header for each in catalog.providers().values()] + list(OTHER_HEADERS)


def _may_be_token(name: str, value: str) -> bool:
    token = pasted.bearer(value) if name == "Authorization" else pasted.token(value)
    return bool(token) and not token.startswith(keys.PREFIX) and token != keys.LOCAL_KEY


def seen_elsewhere(headers: Mapping[str, str]) -> str:
    """Return a clause for the error about a missing token: the other headers of the call that may contain it."""
    given = [name for name in _headers_of_tokens() if headers.get(name.lower(), "").strip()]
    return f"; the value of {' and '.join(given)} is not used as this token" if given else ""


def checked_token(provider: catalog.Provider, token: str, header: str) -> str:
    """Return the token. Raise `AuthInvalid` for an Easel key, another provider's token, or a malformed token.

    `header` is the name of its header, for the error.
    """
    if token.startswith(keys.PREFIX):
        raise AuthInvalid(
            f"the header {header} has an Easel key, and {provider.name} requires a token: send the key as "
            "Authorization: Bearer ek_…",
            provider=provider.id,
            field=header,
        )
    if (owner := owner_of(token)) not in (None, provider):
        raise AuthInvalid(
            f"the header {header} has a token of {owner.name} instead of {provider.name}: "
            f"send a token of {provider.name}, from {provider.token_url}",
            provider=provider.id,
            field=header,
        )
    if len(token) > MAX_TOKEN or not all("!" <= character <= "~" for character in token):
        raise AuthInvalid(
            f"the header {header} has an invalid token: it has {_oddity(token)}; a token is one word in ASCII",
            provider=provider.id,
            field=header,
        )
    return token


def _oddity(value: str) -> str:
    """Return what makes a token malformed, for the error."""
    if len(value) > MAX_TOKEN:
        return f"{len(value)} characters, more than {MAX_TOKEN}"
    return "a space" if len(value.split()) > 1 else "invisible characters or characters outside ASCII"
