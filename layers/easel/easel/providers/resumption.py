"""What a provider has of a job, as one attempt reads and changes it; see `easel.store.checkpoints`."""

from __future__ import annotations

from collections.abc import Sequence

from easel.catalog import Provider
from easel.common.telemetry import logger
from easel.common.token_redaction import contains_token, redacted
from easel.errors import EaselError, LinkRefused, ProviderError, TokenGone
from easel.providers import inline_images, tokens
from easel.providers.adapter import GeneratedImage
from easel.providers.tokens import digest
from easel.store import checkpoints, table
from easel.store.checkpoints import Checkpoint, DrawnPicture
from easel.store.records import Job

TOKEN = "{token}"  # stands for the token in stored headers


class Checkpointer:
    """The task and the picture that an attempt resumes, or those that it begins.

    Raises `TokenGone` if they need another token, and as `table.translated_errors` does.
    """

    def __init__(self, job: Job, token: str | None) -> None:
        self._id = job.continues or job.id
        self._repeats = job.repeatable or bool(job.batch)
        self._token = token
        self._drawn: GeneratedImage | None = None
        self._kept = read(job)
        self._accepted = self._kept is not None
        if self._kept and self._kept.needs_token and self._kept.token != digest(token):
            raise gone(job)

    @property
    def pending(self) -> bool:
        """Whether the provider has something that a later attempt can go on with."""
        return self._kept is not None

    @property
    def task(self) -> str:
        """The id of the task to go on with, or ""."""
        return self._kept.task if self._kept else ""

    def accept(self, task: str) -> None:
        """Keeps the id of the task that the provider has accepted. An empty id: nothing is left to go on with."""
        self._accepted = self._accepted or bool(task)
        if contains_token(task, self._token):  # a provider may repeat the token there, and the table must not have it
            return
        if task or self._kept:
            self._keep(Checkpoint(token=digest(self._token), task=task) if task else None)

    def picture(self) -> GeneratedImage | None:
        """The picture that was drawn in an earlier attempt, or in this one."""
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
        """Takes the picture that the adapter returned, before it is fetched.

        Its link is kept at once if the job can be repeated and no task leads to the picture: the function may die.
        """
        self._drawn = picture
        if self._repeats and not self.pending:
            self.keep_picture()

    def keep_picture(self) -> None:
        """Keeps the picture's link for a later attempt, unless it holds the token, or the picture itself."""
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
        """Keeps the link of a picture that was drawn. Without one a further try would draw and pay it again.

        So would one after an answer that cannot be read, such as one that is too long.
        """
        drawn = drawn or (failure.drawn and isinstance(failure, ProviderError))
        if isinstance(failure, LinkRefused):
            self.accept("")
        elif drawn:
            self.keep_picture()
        if drawn and not self.pending:
            failure.tries = 1
        failure.drawn = failure.drawn or drawn or self.pending
        failure.accepted = failure.accepted or self._accepted

    def _keep(self, acceptance: Checkpoint | None) -> None:
        if acceptance == self._kept:
            return
        self._kept = acceptance
        try:
            checkpoints.write(self._id, acceptance)
        except Exception as error:  # the attempt itself continues
            logger.warning("what the provider accepted is not kept", extra={"reason": type(error).__name__})


def read(job: Job) -> Checkpoint | None:
    """What an earlier attempt has left at the provider for this job; None if there was none, or it left nothing."""
    if not job.continues:
        return None
    with table.translated_errors(table.NOTHING):
        return checkpoints.read(job.continues)


def token_for(job: Job, kept: Checkpoint, caller_tokens: Sequence[str | None], own: Provider | None) -> str | None:
    """The token that the provider was called with; None if it is not there and not needed.

    Args:
        job: the job.
        kept: what the provider has of it.
        caller_tokens: those that the call brings.
        own: the provider, if the deployment's tokens are used instead.

    Raises:
        TokenGone: it is needed.
    """
    if own:
        token = tokens.named(own, kept.token)
        values = [token.value] if token else []
    else:
        values = [value for value in caller_tokens if tokens.digest(value) == kept.token]
    if kept.needs_token and not values:
        raise gone(job)
    return values[0] if values else None


def gone(job: Job) -> TokenGone:
    """The error for a job whose task can only be asked for with a token that no longer exists."""
    provider = job.request.catalog_provider
    text = (
        f"{provider.name} shows this picture's task only to the token that began it, and that token is not there any "
        "more; put it back, or begin anew with another Idempotency-Key or a new batch"
    )
    return TokenGone(text, provider=provider.id)
