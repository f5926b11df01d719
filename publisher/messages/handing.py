"""What keeps a file that was handed in from being saved, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from publisher.i18n import N_

SAID: Mapping[str, tuple[str, str]] = {
    "drop-kind": (
        N_("Files of this kind are not taken: {suffix}"),
        N_("Hand in Word (.docx) or Markdown (.md), pictures, and files that posts offer."),
    ),
    "drop-name": (
        N_("A file can't have this name."),
        N_("Give it a name of letters and digits, and hand it in again."),
    ),
    "drop-long": (
        N_("Its folders and its name together have more than {limit} letters."),
        N_("Give the folders shorter names, or hand in the file without its folders."),
    ),
    "drop-large": (
        N_("The file is larger than {limit} MB."),
        N_("Make it smaller, and hand it in again."),
    ),
    "drop-twice": (
        N_("Two of these files would have the same name."),
        N_("Give one of them another name, and hand it in again."),
    ),
    "drop-not-text": (
        N_("The file is no text, whatever its name says."),
        N_("Save it anew as Markdown or as plain text (UTF-8), and hand it in again."),
    ),
    "drop-beside": (
        N_("The same post is there already as another file: {other}"),
        N_("Give this one another name; or take the other one away, then hand this one in again."),
    ),
    "drop-changed": (
        N_("The file that is there changed in the meantime; nothing was put in its place."),
        N_("Hand in yours again, and compare the two."),
    ),
}
