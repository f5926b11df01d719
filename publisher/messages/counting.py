"""What is wrong with activities, shares and what is asked of the log, and what to do."""

from __future__ import annotations

from publisher.i18n import N_

SAID = {
    "number-form": (
        N_("“{value}” is not a number."),
        N_("Write digits alone, such as: {key}: 120"),
    ),
    "shares-form": (
        N_("“{value}” are not shares of the authors."),
        N_("Write one whole number for each author, in their order, such as: shares: 60, 40"),
    ),
    "shares-count": (
        N_("There are {shares} shares for {authors} authors."),
        N_("Write one number for each author, in their order."),
    ),
    "evidence-missing": (
        N_("The evidence of the activity is not there: {path}"),
        N_("Put the file beside the record or into media/, or write an address with https://."),
    ),
    "evidence-wanted": (
        N_("The activity has no evidence: a picture, a link or a file."),
        N_("Add a line: evidence: picture.jpg"),
    ),
    "activity-date": (
        N_("The activity has no date, so it belongs to no reporting period."),
        N_("Add a line with the day on which it was held, such as: date: 15/03/2023"),
    ),
    "activity-on-site": (
        N_("The activity stands as a post on {sites}; it would be counted twice."),
        N_('Withdraw it there: publisher withdraw "{key}" --reason "..."; or change its kind.'),
    ),
    "activity-missing": (
        N_("The file of the recorded activity “{title}” ({key}) is gone. It still counts."),
        N_('If it is not to count: publisher withdraw "{key}" --reason "...".'),
    ),
    "author-unknown": (
        N_("The site {site} has no account “{name}” that has published."),
        N_("Write the account, or the name that the site shows, as it stands there."),
    ),
    "category-unknown": (
        N_("The site {site} has no category “{name}”."),
        N_("Write the name of the category as it stands on the site."),
    ),
    "config-date": (
        N_("“{value}” is not a day."),
        N_('Write it as "15/03/2023".'),
    ),
}
