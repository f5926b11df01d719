"""Pictures made fit for a website: bytes in, bytes out, nothing else touched.

A prepared picture is the right way up, no larger than asked, in sRGB, and says nothing about
who took it, where and with what. The same bytes always give the same bytes. Safe to call from
several threads: of Pillow's global settings only that of its memory is changed.
"""

from typing import TYPE_CHECKING

from publisher.late import face

if TYPE_CHECKING:
    from publisher.images.card import CARD_SIZE, Card, draw
    from publisher.images.encode import Prepared
    from publisher.images.formats import SUFFIXES, is_supported
    from publisher.images.inspection import Inspection, inspect, size_of
    from publisher.images.preparing import prepare
    from publisher.images.sizes import Frame, copies, cut
else:
    __getattr__ = face(
        __name__,
        card=("CARD_SIZE", "Card", "draw"),
        encode=("Prepared",),
        formats=("SUFFIXES", "is_supported"),
        inspection=("Inspection", "inspect", "size_of"),
        preparing=("prepare",),
        sizes=("Frame", "copies", "cut"),
    )

__all__ = [
    "CARD_SIZE",
    "SUFFIXES",
    "Card",
    "Frame",
    "Inspection",
    "Prepared",
    "copies",
    "cut",
    "draw",
    "inspect",
    "is_supported",
    "prepare",
    "size_of",
]
