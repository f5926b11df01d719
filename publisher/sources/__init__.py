"""The folders: the only room that reads posts/ and media/. It never writes there."""

from publisher.sources.disk import AwayError
from publisher.sources.folders import (
    PICTURE_LIMIT,
    POST_LIMIT,
    WORD_LIMIT,
    Folders,
    Watch,
)
from publisher.sources.ground import marks_text, moved
from publisher.sources.names import copied_from, folded, is_unfinished
from publisher.sources.notes import Notes, Reader, Row
from publisher.sources.safe import is_of_system, safe_parts
from publisher.sources.scanning import NEARLY_POSTS, POSTS, Found
from publisher.sources.settling import Settling
from publisher.sources.shelves import Shelf

__all__ = [
    "NEARLY_POSTS",
    "PICTURE_LIMIT",
    "POSTS",
    "POST_LIMIT",
    "WORD_LIMIT",
    "AwayError",
    "Folders",
    "Found",
    "Notes",
    "Reader",
    "Row",
    "Settling",
    "Shelf",
    "Watch",
    "copied_from",
    "folded",
    "is_of_system",
    "is_unfinished",
    "marks_text",
    "moved",
    "safe_parts",
]
