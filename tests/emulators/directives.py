"""What a prompt can order from an emulator, for tests and for the curious; no real provider knows any of it.

`[[delay=SECONDS]]`  the provider takes that long, e.g. `a cat [[delay=40]]` to see a job handed over
`[[fault=NAME]]`     the provider fails in that way, e.g. `a cat [[fault=quota]]`

`[[gitee.fault=NAME]]` is for Gitee AI alone, and likewise for `modelscope` and `spaces`.
They may stand anywhere in the prompt. They are not part of the picture, unless the prompt has nothing else.
An unknown fault answers with the known ones: G and M 400, S gr.Error (a 400 at queue/join would lose the text on its
way through gradio_client).
On `make run` a quota that is used up comes back after 45 s: see `quota.py`.
Letters say which provider knows a fault: G Gitee AI, M ModelScope, S Spaces. What fails before a Space has seen a
prompt, and the faults of the upscaler, which takes none, are ordered over HTTP: see `space_state.py`.

What the provider answers:

| fault        | for | what happens |
|--------------|-----|--------------|
| error        | GMS | an error of the provider's own: G and M HTTP 500 in its envelope, S gr.Error |
| html         | GMS | HTTP 502 with a proxy's HTML page (S: at queue/join) |
| gateway      | G   | HTTP 504 with a proxy's HTML page, after the picture was drawn |
| html200      | GMS | HTTP 200 with an HTML page where JSON belongs (S: at queue/join) |
| quota        | GMS | the day's quota is used up: G 400 with Chinese text, M 429, S ZeroGPU text after a 200 |
| rate         | GMS | HTTP 429, too many requests; G and S with Retry-After: 7, M (`insufficient_quota`) without |
| ratefraction | GMS | HTTP 429 with Retry-After: 6.5 |
| ratedate     | GMS | HTTP 429 with Retry-After as a date, an hour ahead |
| ratelist     | GMS | HTTP 429 with Retry-After: 3, 7, since a proxy has added its own |
| ratelimit    | GMS | HTTP 429 with the RateLimit headers of draft 9 alone, 7 s |
| auth         | GMS | HTTP 401, the token is not valid |
| expired      | GMS | G, M HTTP 401, the token has expired; S gr.Error "Expired ZeroGPU proxy token" (no quota) |
| moderation   | GMS | the content is refused: G 400, M FAILED inside HTTP 200, S gr.Error |
| busy         | GMS | HTTP 503 "Server is busy, please try again later" |
| loading      | GMS | the model is being loaded: G and M HTTP 503 in the envelope, S gr.Error |
| unavailable  | GMS | HTTP 503 with an HTML page |
| notfound     | GMS | HTTP 404 out of the blue (S: at queue/join) |
| hang         | GMS | no answer ever: G, M the request hangs, S the job never ends, heartbeats go on |
| cut          | GMS | the connection breaks in mid-answer (S: the event stream, after the job has started) |
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
| b64          | G   | the picture inline as b64_json although a url was asked for |
| datalink     | GM  | the picture itself, as a `data:` link |
| b64lines     | GM  | the picture in base64, in lines and without padding |
| b64urlsafe   | GM  | the picture in base64 with the URL-safe letters |
| internal     | GM  | the picture's link itself is http://169.254.169.254/latest/meta-data/ (must not be fetched) |
| numbertask   | M   | task_id is an integer |
| oddstate     | M   | the state EVICTED, which nobody knows, with an error's text |
| outputs      | M   | the picture's link under `outputs.output_images` |
| never        | M   | PROCESSING for ever |
| failed       | M   | FAILED inside HTTP 200, an internal error |
| canceled     | M   | CANCELED inside HTTP 200 |
| succeeded    | M   | success, spelled SUCCEEDED |
| lost         | M   | the task is not found when polled |
| pollerror    | M   | one poll answers HTTP 500, the next is fine |
| hangpoll     | M   | the first poll hangs, the next is fine |
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
| error-null   | S   | an exception the Space does not show: process_completed with error null |
| runs         | S   | gr.Error "You have exceeded your ZeroGPU runs limit.", no time named |
| nogpu        | S   | gr.Error "No GPU was available after 60s" (no quota) |
| silent       | S   | the job is accepted and its event stream falls silent, heartbeats too |
| text         | S   | the seed as text, "Seed used for generation: N" (Spaces that return a seed) |
| queuefull    | S   | HTTP 503 "Queue is full." at queue/join |
| misfit       | S   | HTTP 422 at queue/join: the arguments do not fit |
| sleeping     | S   | HTTP 503 at queue/join for 2 s after the prompt first came, then awake |
| building     | S   | HTTP 503 at queue/join, "Space is building" |
| paused       | S   | HTTP 503 at queue/join, "Space is paused", for ever |
| moved        | S   | HTTP 404 with an HTML page at queue/join: renamed, deleted or private |

What the picture's link answers, for GMS (the provider itself reports success):

| fault        | what happens |
|--------------|--------------|
| badimage     | HTTP 200 and an image content type, bytes that are not a picture |
| bigimage     | the picture and 30 MB of zeros after it, without content-length |
| truncated    | the first half of the picture's file |
| wrongsize    | a picture of half the width and height |
| wrongformat  | a JPEG whatever name and content type say |
| avif         | a picture in AVIF |
| tiff         | a picture in TIFF, which Easel does not store |
| htmlimage    | HTTP 200 and an HTML page |
| gone         | HTTP 404 |
| slowimage    | bytes trickle, 64 each second |
| redirect     | HTTP 302 to http://169.254.169.254/latest/meta-data/ (must not be followed) |
| early        | HTTP 404 twice, then the picture |
| late         | HTTP 503 to all that a first try asks, then the picture |
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
    """A directive nobody can obey; the text says what would be understood."""


@dataclass(frozen=True)
class Directives:
    """What a prompt orders, and the prompt without it."""

    caption: str
    fault: str | None = None
    delay: float | None = None


def _read_table() -> Mapping[str, str]:
    """Fault name → letters, from the tables above: the documentation cannot fall behind the code."""
    return {name: letters or "GMS" for name, letters, _ in _ROW.findall(__doc__ or "") if name != "fault"}


_FAULTS = _read_table()


def described() -> Mapping[str, str]:
    """Fault name → what happens, in the words and the order of the tables above."""
    rows = [row for row in _ROW.findall(__doc__ or "") if row[0] != "fault"]
    return {name: text if letters else f"the picture's link: {text}" for name, letters, text in rows}


def known_faults(provider: str) -> list[str]:
    """Return the faults of `gitee`, `modelscope` or `spaces`, sorted; none for a provider without a letter."""
    letter = _LETTERS.get(provider)
    return sorted(name for name, letters in _FAULTS.items() if letter and letter in letters)


def parse(prompt: str, provider: str) -> Directives:
    """Split a prompt into what it orders and what is left; the last of several equal directives counts."""
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
