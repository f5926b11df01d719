"""What is said of the folders themselves: what is passed over, waited for, or gone."""

from __future__ import annotations

from collections.abc import Mapping

from publisher.i18n import N_

SAID: Mapping[str, tuple[str, str]] = {
    # Posts that wait
    "file-arriving": (
        N_("The file is still being copied or saved, so it waits for the next run."),
        N_("There is nothing to do. If it stays so, copy the file here once more."),
    ),
    "file-awaited": (
        N_("The post waits for {path}, which is not there yet, or is still being copied."),
        N_("Copy it beside the post or into media/; the post goes out by itself then."),
    ),
    "file-online": (
        N_("{path} lies in the cloud alone (OneDrive, Dropbox, ...), not on this computer."),
        N_("Right-click it in Explorer, and choose: Always keep on this device."),
    ),
    "word-open": (
        N_("The document is open in Word, so it is not published until it is closed."),
        N_("Save it and close it. If it is open nowhere, restart Word, and close it there."),
    ),
    # What is passed over
    "file-conflict": (
        N_("Two people changed “{original}” at once; this is the second version, and it is left."),
        N_("Carry over to “{original}” what is missing there, then delete this one."),
    ),
    "file-unfinished": (
        N_("A {suffix} file is unfinished or a back-up of another program, so it is left."),
        N_("Wait until it is copied or downloaded whole; if nothing is, delete it."),
    ),
    "file-copy": (
        N_("The file looks like a copy of {other}: both have the same title."),
        N_("Delete one of the two; if both are meant, give this one a title of its own."),
    ),
    "file-twice": (
        N_(
            "Two files here have the same name, its Vietnamese letters written in two ways "
            "(as by Windows and by a Mac); their sizes are {sizes} bytes. Neither is published."
        ),
        N_("Open both, keep the right one, and delete the other."),
    ),
    "file-name": (
        N_("Windows can't open a file with this name: {name}"),
        N_("Give it a name without : * ? and other signs, and without a dot at the end."),
    ),
    # Folders that are gone
    "folder-unreadable": (
        N_("The folder can't be read: {error}"),
        N_("Nothing was done. Check that the shared drive is connected and you may open it."),
    ),
    "folder-halved": (
        N_("{count} of {known} published posts are gone from the folder at once."),
        N_(
            "Nothing was done. Check that the shared drive is connected wholly. If the files "
            "were moved away on purpose, there is nothing to do: publishing goes on by itself "
            "after a day; until then name the posts: publisher publish KEY"
        ),
    ),
    "media-missing": (
        N_("The folder of pictures is gone or empty; {count} files that posts show are missing."),
        N_("Nothing was done. Check [paths] media in config.toml, and the shared drive."),
    ),
}
"""Message and advice by code."""
