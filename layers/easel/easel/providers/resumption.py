"""Resume a job's task or picture that the provider already has. `easel.store.checkpoints` stores both."""

from __future__ import annotations

from collections.abc import Sequence

from easel.catalog import Provider
from easel.common.telemetry import logger
from easel.common.token_redaction import contains_token, redacted
from easel.errors import EaselError, LinkRefused, ProviderError, TokenMissing
from easel.providers import inline_images, tokens
from easel.providers.adapter import GeneratedImage
from easel.providers.tokens import digest
from easel.store import checkpoints, table
from easel.store.checkpoints import Checkpoint, DrawnPicture
from easel.store.records import Job

TOKEN = "{token}"  # stands for the token in stored headers


class Checkpointer:
    """The task and the picture that an attempt resumes or starts.

    The constructor raises `TokenMissing` if they need another token, and the errors of `table.translated_errors`.
    """

    def __init__(self, job: Job, token: str | None) -> None:
        self._id = job.continues or job.id
        self._repeats = job.repeatable or bool(job.batch)
        self._token = token
        self._drawn: GeneratedImage | None = None
        self._kept = read(job)
        self._accepted = self._kept is not None
        if self._kept and self._kept.needs_token and self._kept.token != digest(token):
            raise token_missing(job)

    @property
    def pending(self) -> bool:
        """True if the provider has a task or a picture that a later attempt can resume."""
        return self._kept is not None

    @property
    def task(self) -> str:
        """The id of the task to resume, or ""."""
        return self._kept.task if self._kept else ""

    def accept(self, task: str) -> None:
        """Store the id of the task that the provider has accepted. An empty id means that nothing can be resumed."""
        self._accepted = self._accepted or bool(task)
        if contains_token(task, self._token):  # a provider may repeat the token, which the table must not contain
            return
        if task or self._kept:
            self._keep(Checkpoint(token=digest(self._token), task=task) if task else None)

    def picture(self) -> GeneratedImage | None:
        """Return the picture of an earlier attempt or of this one, or None."""
        if not self._drawn and self._kept and (kept := self._kept.picture):
            headers = {name: value.replace(TOKEN, self._token or "") for name, value in kept.headers.items()}
            self._drawn = GeneratedImage(
                origin=kept.origin,
                url=kept.url,
                seed=kept.seed,
                space=kept.space,
                headers=headers,
                warnings=kept.warnings,
            )
        return self._drawn

    def drawn(self, picture: GeneratedImage) -> None:
        """Remember the picture that the adapter returned, before it is downloaded.

        If the job can be repeated and has no task, the picture's link is stored at once, since the function may die.
        """
        self._drawn = picture
        if self._repeats and not self.pending:
            self.keep_picture()

    def keep_picture(self) -> None:
        """Store the picture's link for a later attempt, unless it contains the token or the picture itself."""
        picture = self._drawn
        if not picture or not picture.url or inline_images.is_inline(picture.url):
            return
        if contains_token(picture.url, self._token):
            return
        headers = {name: value.replace(self._token or TOKEN, TOKEN) for name, value in picture.headers.items()}
        kept = DrawnPicture(
            url=picture.url,
            origin=picture.origin,
            seed=picture.seed,
            space=picture.space,
            headers=headers,
            warnings=tuple(redacted(warning, self._token) for warning in picture.warnings),
        )
        self._keep(Checkpoint(token=digest(self._token), task=self.task, picture=kept))

    def failed(self, failure: EaselError, *, drawn: bool) -> None:
        """Store the link of a drawn picture after a failure, and complete the failure's attributes.

        Without a link, a retry would generate and charge a second picture. The same is true after a response that Easel
        could not read, such as one that is too long. Then the failure allows no retry.
        """
        drawn = drawn or (failure.drawn and isinstance(failure, ProviderError))
        if isinstance(failure, LinkRefused):
            self.accept("")
        elif drawn:
            self.keep_picture()
        if drawn and not self.pending:
            failure.max_attempts = 1
        failure.drawn = failure.drawn or drawn or self.pending
        failure.accepted = failure.accepted or self._accepted

    def _keep(self, acceptance: Checkpoint | None) -> None:
        if acceptance == self._kept:
            return
        self._kept = acceptance
        try:
            checkpoints.write(self._id, acceptance)
        except Exception as error:  # the attempt itself continues
            logger.warning("checkpoint not stored", extra={"reason": type(error).__name__})


def read(job: Job) -> Checkpoint | None:
    """Return what an earlier attempt left at the provider for this job, or None."""
    if not job.continues:
        return None
    with table.translated_errors(table.NOTHING_GENERATED):
        return checkpoints.read(job.continues)


def token_for(job: Job, kept: Checkpoint, caller_tokens: Sequence[str | None], own: Provider | None) -> str | None:
    """Return the token with which the provider was called. None if it is missing and not needed.

    Args:
        job: the job.
        kept: the task or picture that the provider has.
        caller_tokens: the tokens of the call.
        own: the provider, if the deployment's tokens are used instead.

    Raises:
        TokenMissing: the token is missing, and the provider needs it.
    """
    if own:
        token = tokens.by_name(own, kept.token)
        values = [token.value] if token else []
    else:
        values = [value for value in caller_tokens if tokens.digest(value) == kept.token]
    if kept.needs_token and not values:
        raise token_missing(job)
    return values[0] if values else None


def token_missing(job: Job) -> TokenMissing:
    """Return the error for a job with a task that only a missing token can read."""
    provider = job.request.catalog_provider
    text = (
        f"{provider.name} shows this picture's task only to the token that started it, and that token was removed; "
        "restore the token, or start again with another Idempotency-Key or a new batch"
    )
    return TokenMissing(text, provider=provider.id)
