"""The error tree. Every error carries Problems; a face turns them into words."""

from __future__ import annotations

from typing import ClassVar

from publisher.model import Problem, State


class PublisherError(Exception):
    """Something that a person must hear of. Carries at least one Problem."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*(f"{p.code} {dict(p.params)}" for p in problems))
        self.problems = problems


class ConfigError(PublisherError):
    """config.toml, or a secret that it needs, is missing or wrong."""


class ContentError(PublisherError):
    """The folder of posts can't be worked with."""


class LogError(PublisherError):
    """The publication log can't be opened, or is not what was written."""


class AlreadyRunningError(PublisherError):
    """Another publisher holds this log."""


class ServiceError(PublisherError):
    """The service can't be set up, taken away or asked on this computer."""


class NoticeError(PublisherError):
    """A message could not be delivered to a person."""


class PictureError(PublisherError):
    """A picture can't be used."""


class AttachmentError(PublisherError):
    """A document, film or recording can't be used."""


class DocumentError(PublisherError):
    """A report can't be made into the document that was asked for."""


class SiteError(PublisherError):
    """A site did not do what was asked. ``state`` says what is known of it."""

    state: ClassVar[State] = State.UNKNOWN


class RefusedError(SiteError):
    """The site said no (4xx): nothing was changed there."""

    state = State.REFUSED


class NotSentError(SiteError):
    """The request never reached the site (no connection): nothing was changed there."""

    state = State.NOT_SENT


class UnknownError(SiteError):
    """The request may have been carried out (time-out, reset, 5xx): look before sending again."""

    state = State.UNKNOWN
