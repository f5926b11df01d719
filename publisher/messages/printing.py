"""What keeps bulletins and leaflets from being made, issued and handed out, and what to do."""

from __future__ import annotations

from publisher.i18n import N_

SAID = {
    "config-issue": (
        N_("“{value}” is not the number of an issue."),
        N_('Write the first one that the program gives, with its year: number_start = "4/2023"'),
    ),
    "bulletin-empty": (
        N_("Nothing was published from {first} to {last}, so there is no bulletin."),
        N_("Publish the posts of these days first, or choose other days; see: publisher log list"),
    ),
    "bulletin-lead": (
        N_("“{key}” is none of the items of this bulletin."),
        N_("Did you mean “{meant}”?"),
    ),
    "bulletin-name": (
        N_("The bulletin does not say who publishes it."),
        N_("Write under [organisation] in config.toml: name"),
    ),
    "bulletin-feedback": (
        N_("It does not say where people can turn with feedback and proposals."),
        N_("Write under [bulletin] in config.toml: feedback, or phones under [organisation]."),
    ),
    "bulletin-no-file": (
        N_("The file of “{title}” is not in the folder: its picture is left out."),
        N_("Nothing needs to be done where the words that the log has are enough."),
    ),
    "bulletin-file-broken": (
        N_("The file of “{title}” has errors: its picture is left out."),
        N_("To see them: publisher check"),
    ),
    "bulletin-ahead": (
        N_("The file of “{title}” says something else than its website."),
        N_("Publish it first, so that both say the same: publisher publish {key}"),
    ),
    "bulletin-pages": (
        N_("The contents have no page numbers yet: only LibreOffice or Word can tell them."),
        N_("Open the file in Word, then press Ctrl+A and F9."),
    ),
    "bulletin-number-taken": (
        N_("The number {number} is that of another issue: {title}"),
        N_("Choose another one with --number, or leave the option out."),
    ),
    "bulletin-not-issued": (
        N_("“{title}” was not issued, so it is not sent to anybody."),
        N_("Issue it first: add --issue -o and the name of the file to the command."),
    ),
    "bulletin-withdrawn": (
        N_("“{title}” was withdrawn from {site}, so it is not posted there again."),
        N_("To bring it back, restore it from the trash on the website itself."),
    ),
    "issued-otherwise": (
        N_("“{title}” was issued and said something else then."),
        N_('To correct what was issued: --issue --again "reason"; it is counted once as before.'),
    ),
    "issue-key-taken": (
        N_("The folder has a file of its own for this: posts/{key}"),
        N_("Rename that file or move it away; what is issued here needs no file in posts/."),
    ),
    "leaflet-unpublished": (
        N_("“{key}” is on no website, so a QR code would lead nowhere."),
        N_("Publish it first: publisher publish {key}"),
    ),
    "leaflet-no-address": (
        N_("“{key}” is only on the preview site, which others can't open."),
        N_("Publish it on a real website, then make the leaflet."),
    ),
    "leaflet-cut": (
        N_("Not all of the text fits on {size}: it was shortened."),
        N_("Write a shorter excerpt, or use the larger paper: --size A4"),
    ),
    "mail-not-set": (
        N_("config.toml names no mail server."),
        N_("Write host and from under [notices.mail], then: publisher notice login mail"),
    ),
    "mail-list-empty": (
        N_("config.toml does not say who gets the bulletin by mail."),
        N_("Write under [bulletin]: recipients_file, a text file with one address a line."),
    ),
    "mail-list-line": (
        N_("This line of the list is no mail address: {line}"),
        N_("Write one address a line, in letters a-z: name@example.gov.vn"),
    ),
    "mail-book-broken": (
        N_("What is kept of the letters sent can't be read: {file}"),
        N_(
            "Nothing was sent. Bring the file back from a backup, or ask who has the issue already."
        ),
    ),
}

REASONS = {
    ("leaflet-cut", "title"): (
        N_("The title is too long for {size}: it was shortened."),
        N_("Write a shorter title, or use the larger paper: --size A4"),
    ),
    ("leaflet-cut", "points"): (
        N_("Not all points of the list fit on {size}: the last ones were left out."),
        N_("Shorten the list, or use the larger paper: --size A4"),
    ),
}
