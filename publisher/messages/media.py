"""What is wrong with pictures' folders and with attachments, in words, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from publisher.i18n import N_

SAID: Mapping[str, tuple[str, str]] = {
    "picture-pages": (
        N_("The picture has {pages} pages; only the first one is shown."),
        N_("Save the other pages as pictures of their own, or offer the document as a PDF."),
    ),
    "gallery-empty": (
        N_("The gallery's folder has no picture that fits: {folder} ({pattern})"),
        N_("Put the pictures into this folder, or mend its name in the line gallery."),
    ),
    "captions-form": (
        N_("This line of the captions can't be read: {line}"),
        N_('Write for each picture a line such as: "anh 1.jpg": "Caption"'),
    ),
    "captions-unknown": (
        N_("There is a caption for {name}, but no such picture in this folder."),
        N_("Did you mean “{meant}”?"),
    ),
    "logo-unusable": (
        N_("The logo can't be put on share cards, as its picture can't be opened: {path}"),
        N_("Save it as PNG, and name that file in config.toml, [organisation] logo."),
    ),
    "attachment-missing": (
        N_("The file that the link offers is not there: {path}"),
        N_("Put it beside the post or into media/, and check its name."),
    ),
    "attachment-format": (
        N_("Files ending in {ending} are not put on the website: {path}"),
        N_("Save a document as PDF, a film as MP4, a recording as MP3, and offer that file."),
    ),
    "attachment-broken": (
        N_("The file is damaged or was not copied whole: {path}"),
        N_("Open it on your computer, save it again, and copy it here anew."),
    ),
    "attachment-macro": (
        N_("The document holds macros, which can carry a virus: {path}"),
        N_("Save it without macros, or as PDF."),
    ),
    "attachment-large": (
        N_("The file has {size} MB; at most {limit} MB are sent: {path}"),
        N_("Make it smaller. The limit is [media] limit_mb in config.toml."),
    ),
    "attachment-author": (
        N_("Every reader can see in the file who wrote it ({author}): {path}"),
        N_("In Word: File, Info, Inspect Document, remove the properties; then save it again."),
    ),
    "attachment-review": (
        N_("The document still holds comments or tracked changes, which readers will see: {path}"),
        N_("In Word, tab Review: accept the changes, delete the comments, and save it again."),
    ),
    "video-codec": (
        N_("Many computers can't play this film, as it is coded as {codec}: {path}"),
        N_("Save it as MP4 with H.264; on an iPhone choose Camera, Formats, Most Compatible."),
    ),
}

ABOUT_A_FILE = frozenset({
    "picture-broken", "picture-format", "picture-too-big", "picture-large", "picture-pages",
})  # fmt: skip
"""Codes whose words end with the picture's path, where the problem stands on a post's line."""

REASONS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("attachment-broken", "empty"): (
        N_("The file is empty: {path}"),
        N_("Copy it here again."),
    ),
    ("attachment-broken", "other"): (
        N_("The file is no {ending} file, whatever its name says: {path}"),
        N_("Open the original and save it in the form that its name says."),
    ),
    ("attachment-broken", "locked"): (
        N_("The document is locked with a password, or is of an old version of Office: {path}"),
        N_("Take the password off and save it anew, or save it as PDF."),
    ),
    ("logo-unusable", "missing"): (
        N_("The logo for share cards is not there: {path}"),
        N_("Put the file there, or mend its path in config.toml, [organisation] logo."),
    ),
}
