"""Pictures and files sent to WordPress, with the sizes of a picture where it takes them.

WordPress shows every picture in several sizes. Up to 7.0 it makes them itself during the
upload, which takes a weak server seconds and sometimes its life. Since 7.1 a site served over
https says in its index which sizes it wants (``image_sizes``), and takes them from whoever
uploads: ``POST /wp/v2/media?generate_sub_sizes=false``, each size to ``/media/ID/sideload``,
all entered by ``/media/ID/finalize``. None is entered before that, so a picture without any
size is one whose upload broke off.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from publisher import images
from publisher.errors import PictureError, RefusedError, SiteError, UnknownError
from publisher.model import RemoteMedia, Upload
from publisher.sites.http import Answer, Http
from publisher.sites.rest import Rest
from publisher.sites.wordpress_items import MEDIA, as_html, media_of, media_slug

_ROUTE = "/wp/v2/media"
_FIELDS = {"_fields": MEDIA}
_BY_US = {"generate_sub_sizes": "false"}
_QUALITY = 82  # of WordPress itself (wp_get_image_editor, default quality of JPEG)


class Uploads:
    """What is sent to the media library of one site. Safe to share between threads.

    connections: how many sizes of one picture may be on their way at once.
    """

    def __init__(self, http: Http, rest: Rest, connections: int) -> None:
        self._http = http
        self._rest = rest
        self._connections = max(1, connections)
        # WordPress fails when two uploads make the month's folder at once: one goes first.
        self._first = threading.Lock()
        self._went = threading.Event()
        self._refused = False  # the site offered to take sizes, but did not

    def send(self, upload: Upload) -> RemoteMedia:
        """Send a picture or file with its texts (POST /wp/v2/media).

        Raise SiteError; UnknownError also for a picture that is there, but not all its sizes.
        """
        copies = self._copies(upload)
        answer = self._begun(upload, by_us=bool(copies))
        media = self._rest.read(media_of, answer.data, "upload", writing=True)
        missing = answer.fields.get("missing_image_sizes") or ()
        wanted = {name: copy for name, copy in copies.items() if name in missing}
        if not wanted:
            return media
        try:
            return self._with_sizes(media, wanted)
        except RefusedError:
            self._refused = True
            return self.complete(media)
        except SiteError as error:  # whatever it is, the picture itself is there
            raise UnknownError(*error.problems) from error

    def _begun(self, upload: Upload, *, by_us: bool) -> Answer:
        if not self._went.is_set():
            with self._first:
                if not self._went.is_set():  # those that waited go together
                    answer = self._posted(upload, by_us=by_us)
                    self._went.set()
                    return answer
        return self._posted(upload, by_us=by_us)

    def _posted(self, upload: Upload, *, by_us: bool) -> Answer:
        return self._rest.call(
            "POST",
            _ROUTE,
            "upload",
            params={"_fields": f"{MEDIA},missing_image_sizes", **_BY_US} if by_us else _FIELDS,
            form={
                "title": as_html(upload.title),
                "alt_text": upload.alt,
                "caption": as_html(upload.caption),
                "slug": media_slug(upload.digest),
            },
            file=(upload.filename, upload.content, upload.mime),
            details={"name": upload.filename, "size": len(upload.content)},
        )

    def found(self, item: Mapping[str, Any]) -> tuple[str, RemoteMedia]:
        """Return slug and media of an item of /wp/v2/media with the fields MEDIA and slug.

        Raise KeyError, TypeError or ValueError for what WordPress never says.
        """
        media, details = media_of(item), item.get("media_details")
        frames = self._frames()
        # Only of pictures does it tell what the camera said.
        shown = isinstance(details, dict) and "image_meta" in details and not details.get("sizes")
        size = (media.width, media.height)
        part = shown and media.width and any(images.cut(size, f) for f in frames.values())
        return str(item["slug"]), replace(media, whole=not part)

    def complete(self, media: RemoteMedia) -> RemoteMedia:
        """Have the site make what sizes a picture lacks (POST /wp/v2/media/ID/post-process).

        Where it can't, the picture is used without: it is shown whole to everybody.
        """
        try:
            answer = self._rest.call(
                "POST",
                f"{_ROUTE}/{media.id}/post-process",
                "upload",
                params=_FIELDS,
                body={"action": "create-image-subsizes"},
            )
        except (RefusedError, UnknownError):
            return replace(media, whole=True)
        return self._rest.read(media_of, answer.data, "upload", writing=True)

    def _frames(self) -> dict[str, images.Frame]:
        """Return the sizes that the site wants to be sent, by name; none when it makes them."""
        sizes = self._rest.index().get("image_sizes")
        if self._refused or not isinstance(sizes, dict):
            return {}
        return self._rest.read(
            lambda data: {str(name): _frame(size) for name, size in data.items()}, sizes, "about"
        )

    def _copies(self, upload: Upload) -> dict[str, images.Prepared]:
        largest = self._rest.index().get("image_size_threshold")
        # What is larger still the site itself reduces, as it does for everybody.
        fits = upload.width and (not largest or max(upload.width, upload.height) <= largest)
        frames = self._frames() if fits else {}
        try:
            return images.copies(upload.content, frames, quality=_QUALITY) if frames else {}
        except PictureError:
            return {}

    def _with_sizes(self, media: RemoteMedia, copies: Mapping[str, images.Prepared]) -> RemoteMedia:
        # The name that the file has there: another of the same name made it differ.
        name = PurePosixPath(unquote(urlsplit(media.url).path)).stem

        def sideload(size: str) -> dict[str, Any]:
            copy = copies[size]
            answer = self._rest.call(
                "POST",
                f"{_ROUTE}/{media.id}/sideload",
                "upload",
                params={"image_size": size},
                file=(f"{name}-{copy.width}x{copy.height}{copy.suffix}", copy.content, copy.mime),
                details={"name": name, "size": len(copy.content)},
            )
            return dict(answer.fields)

        # Together: each enters what it brought in a row of its own, and a post waits for all.
        with ThreadPoolExecutor(self._connections) as pool:
            sizes = list(pool.map(sideload, copies))
        answer = self._rest.call(
            "POST",
            f"{_ROUTE}/{media.id}/finalize",
            "upload",
            params=_FIELDS,
            body={"sub_sizes": sizes},
        )
        return self._rest.read(media_of, answer.data, "upload", writing=True)


def _frame(size: Mapping[str, Any]) -> images.Frame:
    """Return a size as wp_get_registered_image_subsizes() gives it."""
    crop = size.get("crop")
    across, down = crop if isinstance(crop, list) and len(crop) == 2 else ("center", "center")
    return images.Frame(
        int(size.get("width") or 0), int(size.get("height") or 0), bool(crop), across, down
    )
