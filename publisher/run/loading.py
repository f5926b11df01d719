"""Media made ready to be sent: pictures and files from the folders, cards drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from publisher import attachments, images
from publisher.config import Config
from publisher.errors import PublisherError
from publisher.model import Attachment, Media, Picture, SourceFile, Upload, Where
from publisher.run.derived import Derived
from publisher.run.reading import Reading


def loader(config: Config, reading: Reading) -> Callable[[Media], Upload]:
    """Return the function that makes a media item ready; it raises PublisherError."""
    derived, settings = Derived(config), config.images

    def prepared(file: SourceFile) -> images.Prepared:
        return images.prepare(
            reading.folders.picture_bytes(file),
            longest_side=settings.longest_side,
            quality=settings.quality,
            output=settings.format,
        )

    def load(item: Media) -> Upload:
        if card := reading.cards.get(item.digest):
            return _card(item, images.draw(card))
        if isinstance(item, Attachment) and (make := reading.made.get(item.digest)):
            return _attachment(item, make())
        file = SourceFile(item.path, item.digest)
        try:
            if isinstance(item, Attachment):
                return _attachment(item, reading.folders.picture_bytes(file))
            return _picture(item, derived.of(item.digest, lambda: prepared(file)))
        except PublisherError as error:
            raise type(error)(
                *(replace(p, where=Where(item.path)) for p in error.problems)
            ) from error

    return load


def _picture(picture: Picture, ready: images.Prepared) -> Upload:
    return Upload(
        digest=picture.digest,
        filename=_file_name(picture, ready.suffix),
        content=ready.content,
        mime=ready.mime,
        title=picture.caption or picture.alt or picture.name,
        alt=picture.alt,
        caption=picture.caption,
        width=ready.width,
        height=ready.height,
    )


def _attachment(attachment: Attachment, data: bytes) -> Upload:
    ready = attachments.prepare(data, attachment.path)
    return Upload(
        digest=attachment.digest,
        filename=_file_name(attachment, ready.suffix),
        content=ready.content,
        mime=ready.mime,
        title=attachment.title,
        alt="",
        caption="",
        width=0,
        height=0,
    )


def _card(card: Media, content: bytes) -> Upload:
    alt = card.alt if isinstance(card, Picture) else ""
    width, height = images.CARD_SIZE
    return Upload(
        digest=card.digest,
        filename=_file_name(card, ".png"),
        content=content,
        mime="image/png",
        title=alt,
        alt=alt,
        caption="",
        width=width,
        height=height,
    )


def _file_name(item: Media, suffix: str) -> str:
    """Return an ASCII name by which the item can be found again on a site."""
    return f"{item.name}-{item.digest[:16]}{suffix}"
