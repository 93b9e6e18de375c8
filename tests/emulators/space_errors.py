"""Title and text of a Space's gr.Error, by fault (docs/providers/huggingface.md#zerogpus-texts)."""

import time

from tests.emulators import quota

_AGAIN = time.strftime("%H:%M:%S", time.gmtime(quota.SECONDS or 86349))
_QUOTA = (
    f"You have exceeded your ZeroGPU quota (146s requested vs. 62s left). Try again in {_AGAIN}. "
    "Authenticate with a Hugging Face token for more quota" + quota.NOTE
)
# The texts are ZeroGPU's. error, moderation and loading are guesses.
ERRORS: dict[str, tuple[str, str]] = {
    "error": ("Error", "Something went wrong while generating the image."),
    "moderation": ("Error", "The prompt was flagged as unsafe content."),
    "quota": ("ZeroGPU quota exceeded", _QUOTA),
    "runs": ("ZeroGPU quota exceeded", "You have exceeded your ZeroGPU runs limit."),
    "nogpu": ("ZeroGPU queue timeout", "No GPU was available after 60s. Retry later"),
    "credits": ("ZeroGPU pending credits exceeded", "Running tasks have booked too much. Retry when some have ended"),
    "illegal": ("ZeroGPU illegal duration", "The requested GPU duration (180s) is larger than the maximum allowed"),
    "worker": ("ZeroGPU worker error", "RuntimeError"),
    "schedule": ("Error", "ZeroGPU API /schedule error: 500"),
    "ownerlimit": ("ZeroGPU quota exceeded", "Space app has reached its GPU limit."),
    "loading": ("Error", "The model is still loading, please wait"),
    "expired": ("ZeroGPU proxy token expired", "Expired ZeroGPU proxy token"),
}
