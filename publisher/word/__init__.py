"""A Word document → the data, Markdown and pictures of a post. Pure: bytes in, values out.

python-docx opens the file; what it means as a web item is decided here, because readers that
go straight to HTML leave moved passages out and hidden ones in, without a word.
"""

from typing import TYPE_CHECKING

from publisher.late import face

if TYPE_CHECKING:
    from publisher.word.blocks import Entry
    from publisher.word.document import Document, Embedded, read
    from publisher.word.package import member
else:
    __getattr__ = face(
        __name__,
        blocks=("Entry",),
        document=(
            "Document",
            "Embedded",
            "read",
        ),
        package=("member",),
    )

__all__ = ["Document", "Embedded", "Entry", "member", "read"]
