"""Text of a file → Post. Pure: bytes in, a Post or Problems with their lines out."""

from typing import TYPE_CHECKING

from publisher.late import face
from publisher.posts.rules import Rules

if TYPE_CHECKING:
    from publisher.posts.captions import Caption, file_name, read_captions
    from publisher.posts.dates import parse_date
    from publisher.posts.matter import FRONT_MATTER_LIMIT
    from publisher.posts.names import NAMES, key_of, meant, suggest
    from publisher.posts.parsing import compose, parse
    from publisher.posts.schema import DRAFTS, json_schema
else:
    __getattr__ = face(
        __name__,
        captions=(
            "Caption",
            "file_name",
            "read_captions",
        ),
        dates=("parse_date",),
        matter=("FRONT_MATTER_LIMIT",),
        names=(
            "NAMES",
            "key_of",
            "meant",
            "suggest",
        ),
        parsing=(
            "compose",
            "parse",
        ),
        schema=(
            "DRAFTS",
            "json_schema",
        ),
    )

__all__ = [
    "DRAFTS",
    "FRONT_MATTER_LIMIT",
    "NAMES",
    "Caption",
    "Rules",
    "compose",
    "file_name",
    "json_schema",
    "key_of",
    "meant",
    "parse",
    "parse_date",
    "read_captions",
    "suggest",
]
