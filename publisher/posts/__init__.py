"""Text of a file → Post. Pure: bytes in, a Post or Problems with their lines out."""

from publisher.posts.dates import parse_date
from publisher.posts.fields import Rules
from publisher.posts.matter import FRONT_MATTER_LIMIT
from publisher.posts.names import suggest
from publisher.posts.parsing import parse

__all__ = ["FRONT_MATTER_LIMIT", "Rules", "parse", "parse_date", "suggest"]
