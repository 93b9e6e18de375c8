"""Tokens and keys of `/v1` calls, from `Authorization: Bearer`, as OpenAI's clients send them.

| part of the comma-separated Bearer | meaning |
|---|---|
| `ek_…` | an Easel key |
| `gitee:…`, `hf:…`, `ms:…` | a token of that provider |
| anything else | a token of the requested model's provider |

The provider's own header is read too. Each token is tried once, in this order, after the previous one is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import Depends, Request

from dependencies import ACCESS_KEY, Call, check_batches
from easel import catalog
from easel.budgets import keys
from easel.budgets.keys import Key
from easel.catalog import Provider
from easel.common import pasted
from easel.errors import AuthRequired, InvalidRequest
from easel.front_door import families, own_models, v1_format
from easel.front_door.credentials import check_other_headers, checked_token, owner_of, seen_elsewhere
from easel.front_door.families import Holdings
from easel.front_door.http_messages import HttpRequest
from easel.front_door.v1_format import ProviderModel
from easel.settings import settings

BY_ALIAS = "easel.by_alias"
"""Key in a request's scope: true if the caller's model name is an alias of the cheapest model."""
MAX_TOKENS = 10
"""Maximum tokens for one provider. A call may try all of them."""


@dataclass(frozen=True)
class Credentials:
    """A call's credentials for one provider."""

    tokens: tuple[str, ...] = field(repr=False)
    key: str | None
    """Id of the Easel key."""
    held: Holdings = field(repr=False, default_factory=dict)
    """For a family: the providers that the call may draw with, each with the call's tokens."""


def read(provider: Provider, headers: Mapping[str, str]) -> Credentials:
    """Return a call's credentials for the provider.

    Args:
        provider: the requested model's provider.
        headers: request headers, with lower-case names.

    Raises:
        AuthRequired: a token or key is required and missing.
        AuthInvalid: a token or key is malformed.
        InvalidRequest: there are more than `MAX_TOKENS` tokens.
    """
    key = keys.key_of_headers(with_only_key(headers), required=settings().access == "keys")
    parts = [token for part in _bearer(headers) if not _is_key(part) and (token := _token_of(provider, part))]
    own = [token for token in parts if owner_of(token) in (None, provider)]
    sent = [
        (provider.auth_header, pasted.token(headers.get(provider.auth_header.lower(), ""))),
        *(
            ("Authorization", token) for token in own or (not key and parts) or ()
        ),  # an error if all tokens are other providers'
    ]
    tokens = [checked_token(provider, token, header) for header, token in sent if token]
    if not tokens:
        check_other_headers(provider, headers, read=("Authorization",))
    if not tokens and not key and provider.auth_required:
        raise AuthRequired(
            f"{provider.name} needs a token: set it as your client's API key, which is sent as Authorization: Bearer. "
            f"Get a token at {provider.token_url}, or use an Easel key of this deployment, ek_…"
            f"{seen_elsewhere(headers)}",
            provider=provider.id,
            field="Authorization",
        )
    if len(tokens) > MAX_TOKENS:
        raise InvalidRequest(
            f"Authorization: must have at most {MAX_TOKENS} tokens; got {len(tokens)}", field="Authorization"
        )
    return Credentials(tuple(dict.fromkeys(tokens)), key)


def usable_models(headers: Mapping[str, str], *, edits: bool = False) -> list[ProviderModel]:
    """Return the models that a call with these headers can use, cheapest first. The key's limits are not considered.

    With tokens, these are the models of the tokens' providers. Without a token, they are the models that the deployment
    pays for: with an Easel key, first those of providers with a deployment token, then those that need no token.
    `edits` selects the models that change pictures.
    """
    others = [part for part in _bearer(headers) if not _is_key(part)]
    every = catalog.providers().values()
    owners = [_owner(part) for part in others]
    given = [each for each in every if each in owners or headers.get(each.auth_header.lower(), "").strip()]
    with_key = len(others) < len(_bearer(headers)) or "x-easel-key" in headers
    if with_key and not given:
        return own_models.by_preference(edits=edits)
    return catalog.by_cost(given or [each for each in every if not each.auth_required], edits=edits)


def allowed(headers: Mapping[str, str], *, edits: bool = False) -> list[ProviderModel]:
    """Return those of `usable_models` that the call's Easel key may use. Raise `AccessRefused`."""
    key_id = keys.key_of_headers(with_only_key(headers), required=False)
    models = usable_models(headers, edits=edits)
    if not key_id:
        return models
    key = keys.get(key_id)
    return [(provider, model) for provider, model in models if key.may_use(provider.id, model.id)]


async def read_v1_call(call: Call) -> HttpRequest:
    """Return the call with only its Easel key as Bearer. Under `/v1` a key may be sent together with tokens."""
    return replace(call, headers=with_only_key(call.headers))


KeyCall = Annotated[HttpRequest, Depends(read_v1_call)]


async def read_batch_key(call: KeyCall, _: Annotated[Any, ACCESS_KEY]) -> Key:
    """Return the call's Easel key if it may run batches. Raise `KeyRequired`, `AccessRefused` or `AccessDenied`."""
    return check_batches(keys.get(keys.required(call.headers)))


BatchKey = Annotated[Key, Depends(read_batch_key)]


async def images_credentials(request: Request, call: Call) -> Credentials:
    """Return the call's credentials for the model in its body. Runs before FastAPI validates the other fields."""
    body = {name: value for name, value in (await request.json()).items() if value is not None}
    provider, model = v1_format.model_of(body)
    if provider.id == catalog.AUTO:
        return family_credentials(call.headers)
    given = read(provider, call.headers)
    if not request.scope.get(BY_ALIAS):
        return given
    held = {**family_credentials(call.headers).held, provider.id: given.tokens}
    several = sum(each.id in held for each, _ in catalog.in_family(model.family)) > 1
    return replace(given, held=held) if several else given


def family_credentials(headers: Mapping[str, str]) -> Credentials:
    """Return the call's credentials for a family's providers.

    A token belongs to the provider of its header, of the provider name before the token, or of the token's typical
    beginning; otherwise to the catalog's first provider. Raise the errors of `read`, except for a missing token.
    """
    key = keys.key_of_headers(with_only_key(headers), required=settings().access == "keys")
    sent = families.own_tokens(headers)
    for part in _bearer(headers):
        if not _is_key(part) and (token := _split(part)[1]):
            owner = _owner(part)
            sent.setdefault(owner.id, []).append(checked_token(owner, token, "Authorization"))
    if (count := sum(map(len, sent.values()))) > MAX_TOKENS:
        raise InvalidRequest(
            f"Authorization: must have at most {MAX_TOKENS} tokens; got {count}", field="Authorization"
        )
    return Credentials((), key, sent or families.without_tokens(key))


def with_only_key(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers with only the Easel key as Bearer, as other routes expect it."""
    others = {name: value for name, value in headers.items() if name != "authorization"}
    own_keys = [part for part in _bearer(headers) if _is_key(part)]
    return {**others, "authorization": f"Bearer {own_keys[0]}"} if own_keys else others


def _is_key(part: str) -> bool:
    return part.startswith(keys.PREFIX) or part == keys.LOCAL_KEY


def _bearer(headers: Mapping[str, str]) -> list[str]:
    parts = pasted.bearer(headers.get("authorization", "")).split(",")
    return list(filter(None, map(pasted.token, parts)))


def _token_of(provider: Provider, part: str) -> str:
    """Return the token in a part of the Bearer, or "" if it belongs to another provider."""
    named, token = _split(part)
    return token if named in (None, provider) else ""


def _owner(part: str) -> Provider:
    """Return the provider that a Bearer's token looks like, or the catalog's first provider."""
    named, token = _split(part)
    return named or owner_of(token) or catalog.default_provider()


def _split(part: str) -> tuple[Provider | None, str]:
    """Split a part of the Bearer into its provider, or None, and the token."""
    prefix, colon, rest = part.partition(":")
    named = catalog.named(prefix) if colon else None
    return (named, pasted.token(rest)) if named else (None, part)
