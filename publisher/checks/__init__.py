"""What is wrong with posts that can be read: Posts → all Problems at once. Pure.

Every rule names its source in the words of its problem. What is only a matter of form is a
warning; text that nobody could read is an error.
"""

from typing import TYPE_CHECKING

from publisher.checks.rules import NO_RULES, Law, Looked, Rules
from publisher.late import face

if TYPE_CHECKING:
    from publisher.checks.folder import check
    from publisher.checks.laws import citable
    from publisher.checks.links import Link, external_links
    from publisher.checks.within import looker
else:
    __getattr__ = face(
        __name__,
        folder=("check",),
        laws=("citable",),
        links=(
            "Link",
            "external_links",
        ),
        within=("looker",),
    )

__all__ = [
    "NO_RULES",
    "Law",
    "Link",
    "Looked",
    "Rules",
    "check",
    "citable",
    "external_links",
    "looker",
]
