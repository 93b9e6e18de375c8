"""Directives in a prompt that make an emulator slow or faulty. Real providers ignore them.

`[[delay=SECONDS]]`  the provider takes that long, e.g. `a cat [[delay=40]]` to see a redirect
`[[fault=NAME]]`     the provider fails in that way, e.g. `a cat [[fault=quota]]`

`[[gitee.fault=NAME]]` applies only to Gitee AI. `modelscope` and `spaces` work the same way.
A directive may be anywhere in the prompt. It is not drawn in the picture, unless the prompt has nothing else.
The response to an unknown fault lists the known ones: G and M 400, S gr.Error (gradio_client would drop the text of a
400 at queue/join).
With `make run` a used-up quota resets after 45 s: see `quota.py`.
Letters say which provider has a fault: G Gitee AI, M ModelScope, S Spaces. Faults before a Space has received a
prompt, and the faults of the upscaler, which has no prompt, are set over HTTP: see `space_state.py`.

The provider's responses:

| fault        | for | what happens |
|--------------|-----|--------------|
| error        | GMS | an error of the provider: G and M HTTP 500 in its envelope, S gr.Error |
| html         | GMS | HTTP 502 with a proxy's HTML page (S: at queue/join) |
| gateway      | G   | HTTP 504 with a proxy's HTML page, after the picture was drawn |
| html200      | GMS | HTTP 200 with an HTML page instead of JSON (S: at queue/join) |
| quota        | GMS | the day's quota is used up: G 400 with Chinese text, M 429, S ZeroGPU text after a 200 |
| rate         | GMS | HTTP 429, too many requests; G and S with Retry-After: 7, M (`insufficient_quota`) without |
| ratefraction | GMS | HTTP 429 with Retry-After: 6.5 |
| ratedate     | GMS | HTTP 429 with Retry-After as a date, an hour ahead |
| ratelist     | GMS | HTTP 429 with Retry-After: 3, 7, because a proxy has added a value |
| ratelimit    | GMS | HTTP 429 with only the RateLimit headers of draft 9, 7 s |
| auth         | GMS | HTTP 401, the token is not valid |
| expired      | GMS | G, M HTTP 401, the token has expired; S gr.Error "Expired ZeroGPU proxy token" (no quota) |
| moderation   | GMS | the content is refused: G 400, M FAILED inside HTTP 200, S gr.Error |
| busy         | GMS | HTTP 503 "Server is busy, please try again later" |
| loading      | GMS | the model is being loaded: G and M HTTP 503 in the envelope, S gr.Error |
| unavailable  | GMS | HTTP 503 with an HTML page |
| notfound     | GMS | HTTP 404 without a reason (S: at queue/join) |
| hang         | GMS | no response: G, M the request hangs, S the job never ends, heartbeats continue |
| cut          | GMS | the connection breaks during the response (S: the event stream, after the job has started) |
| garbage      | GMS | HTTP 200, JSON of the wrong shape |
| badjson      | GMS | HTTP 200, application/json, and not JSON |
| empty        | GMS | success without a picture: G `data: []`, M no output_images, S null |
| refused200   | GM  | HTTP 200 with `"success": false` and a text |
| retired      | GM  | the model is retired: HTTP 400 with the provider's text for it |
| payment      | GM  | HTTP 402, the allowance is used up |
| quota200     | GM  | HTTP 200 with an error object: the allowance is used up |
| toolong      | GM  | HTTP 400, the prompt is too long |
| badsize      | GM  | HTTP 400, the size is refused without quotes: "width must be a multiple of 8" |
| wall         | GMS | HTTP 403 with a firewall's HTML page (S: at queue/join) |
| package      | G   | HTTP 400, the token is bound to no resource package |
| interface    | G   | HTTP 400, this model does not offer images/generations |
| b64          | G   | the picture inline as b64_json although the request asks for a url |
| datalink     | GM  | the picture itself, as a `data:` link |
| b64lines     | GM  | the picture in base64, in lines and without padding |
| b64urlsafe   | GM  | the picture in base64 with the URL-safe letters |
| internal     | GM  | the picture's link is http://169.254.169.254/latest/meta-data/ (must not be requested) |
| numbertask   | M   | task_id is an integer |
| oddstate     | M   | the unknown state EVICTED, with the text of an error |
| outputs      | M   | the picture's link under `outputs.output_images` |
| never        | M   | PROCESSING, without an end |
| failed       | M   | FAILED inside HTTP 200, an internal error |
| canceled     | M   | CANCELED inside HTTP 200 |
| succeeded    | M   | success, spelled SUCCEEDED |
| lost         | M   | the task is not found when polled |
| pollerror    | M   | one poll returns HTTP 500, the next one works |
| hangpoll     | M   | the first poll hangs, the next one works |
| failedtext   | M   | FAILED inside HTTP 200, its `errors` a text |
| failedoutput | M   | FAILED inside HTTP 200, the reason in `output.error` |
| balance      | M   | HTTP 429 "insufficient balance (1008)": the model is retired |
| unbound      | M   | HTTP 401 "Please bind your Alibaba Cloud account before use." |
| realname     | M   | HTTP 403, real-name verification is missing |
| magicubes    | M   | HTTP 403 with the code `QuotaLimitExceed`: the account's magicubes are used up |
| email        | M   | HTTP 403, the account's e-mail address is not verified |
| credits      | S   | gr.Error "ZeroGPU pending credits exceeded": too much is booked at the moment |
| illegal      | S   | gr.Error "ZeroGPU illegal duration": the Space books more time than the caller may use |
| worker       | S   | gr.Error "ZeroGPU worker error: RuntimeError", a bug of the Space |
| schedule     | S   | gr.Error "ZeroGPU API /schedule error: 500" |
| ownerlimit   | S   | gr.Error titled "ZeroGPU quota exceeded": the Space has reached its own GPU limit |
| error-null   | S   | an exception that the Space hides: process_completed with error null |
| runs         | S   | gr.Error "You have exceeded your ZeroGPU runs limit.", without a time |
| nogpu        | S   | gr.Error "No GPU was available after 60s" (no quota) |
| silent       | S   | the job is accepted, and its event stream becomes silent, without heartbeats |
| text         | S   | the seed as text, "Seed used for generation: N" (Spaces that return a seed) |
| queuefull    | S   | HTTP 503 "Queue is full." at queue/join |
| misfit       | S   | HTTP 422 at queue/join: the arguments are invalid |
| sleeping     | S   | HTTP 503 at queue/join for 2 s after the prompt first arrived, then awake |
| building     | S   | HTTP 503 at queue/join, "Space is building" |
| paused       | S   | HTTP 503 at queue/join, "Space is paused", without an end |
| moved        | S   | HTTP 404 with an HTML page at queue/join: renamed, deleted or private |

Responses at the picture's link, for GMS (the provider reports success):

| fault        | what happens |
|--------------|--------------|
| badimage     | HTTP 200 and an image content type, bytes that are not a picture |
| bigimage     | the picture and then 30 MB of zeros, without content-length |
| truncated    | the first half of the picture's file |
| wrongsize    | a picture of half the width and height |
| wrongformat  | a JPEG, with the name and content type of another format |
| avif         | a picture in AVIF |
| tiff         | a picture in TIFF, which Easel does not store |
| htmlimage    | HTTP 200 and an HTML page |
| gone         | HTTP 404 |
| slowimage    | bytes trickle, 64 each second |
| redirect     | HTTP 302 to http://169.254.169.254/latest/meta-data/ (must not be followed) |
| early        | HTTP 404 twice, then the picture |
| late         | HTTP 503 to every request of the first attempt, then the picture |
| hop          | HTTP 302 to the same picture on the same origin (may be followed) |
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.emulators import quota

_PATTERN = re.compile(r"\[\[\s*(?:([a-z]+)\.)?(delay|fault)\s*=\s*([^\]]*?)\s*\]\]")
_ROW = re.compile(r"^\| ([a-z0-9-]+) +\| (?:([GMS]+) +\| )?(.*?) +\|$", re.MULTILINE)
_LETTERS = {"gitee": "G", "modelscope": "M", "spaces": "S"}


class DirectiveError(ValueError):
    """The directive is invalid. The text lists the valid ones."""


@dataclass(frozen=True)
class Directives:
    """A prompt's directives, and the prompt without them."""

    caption: str
    fault: str | None = None
    delay: float | None = None


def _read_table() -> Mapping[str, str]:
    """Return the letters of each fault, from the tables above, so that the documentation matches the code."""
    return {name: letters or "GMS" for name, letters, _ in _ROW.findall(__doc__ or "") if name != "fault"}


_FAULTS = _read_table()


def described() -> Mapping[str, str]:
    """Return the description of each fault, in the order of the tables above."""
    rows = [row for row in _ROW.findall(__doc__ or "") if row[0] != "fault"]
    return {name: text if letters else f"the picture's link: {text}" for name, letters, text in rows}


def known_faults(provider: str) -> list[str]:
    """Return the faults of `gitee`, `modelscope` or `spaces`, sorted; none for a provider without a letter."""
    letter = _LETTERS.get(provider)
    return sorted(name for name, letters in _FAULTS.items() if letter and letter in letters)


def parse(prompt: str, provider: str) -> Directives:
    """Split a prompt into directives and text. Of several equal directives, the last one counts."""
    found = {name: value for owner, name, value in _PATTERN.findall(prompt) if owner in ("", provider)}
    fault = _fault(found.get("fault"), provider)
    return Directives(
        caption=" ".join(_PATTERN.sub(" ", prompt).split()) or prompt.strip(),
        fault=None if fault == "quota" and not quota.used_up(f"{provider} {prompt}") else fault,
        delay=_delay(found.get("delay")),
    )


def _fault(name: str | None, provider: str) -> str | None:
    if name is None or name in (known := known_faults(provider)):
        return name
    raise DirectiveError(f"unknown fault '{name}'; the {provider} emulator has: {', '.join(known)}")


def _delay(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise DirectiveError(f"delay '{text}' is not a number of seconds between 0 and 3600")
    return seconds
