"""Text of a file → Post. Pure: bytes in, a Post or Problems with their lines out."""

from publisher.posts.captions import Caption, file_name, read_captions
from publisher.posts.dates import parse_date
from publisher.posts.fields import Rules
from publisher.posts.matter import FRONT_MATTER_LIMIT
from publisher.posts.names import NAMES, key_of, meant, suggest
from publisher.posts.parsing import compose, parse
from publisher.posts.schema import DRAFTS, json_schema

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
