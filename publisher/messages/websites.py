"""What is wrong with sites that stand in groups, or have copies of another one's items."""

from __future__ import annotations

from publisher.i18n import N_

SAID = {
    "config-group-name": (
        N_("“{value}” is the name of a site already; a group needs another one."),
        N_("Give the group a name of its own, such as: tat-ca-don-vi."),
    ),
    "config-group-empty": (
        N_("The group {value} has no sites."),
        N_('Write the names of its sites: {value} = ["trung-tam", "chi-cuc"]'),
    ),
    "config-home-copy": (
        N_("{site} republishes {home}, which itself republishes {first}."),
        N_('Name the site where items stand first: republishes = "{first}"'),
    ),
    "config-home-preview": (
        N_("{site} republishes {home}, a preview site that visitors can't open."),
        N_("Name a real website after republishes."),
    ),
    "config-default": (
        N_("No site gets the posts that name none: {sites}."),
        N_("Write default = true for at least one site."),
    ),
    "copy-alone": (
        N_("It was withdrawn from {home}; its copy on {site} still stands, without that link."),
        N_('To take the copy down too: publisher withdraw KEY --reason "..."'),
    ),
    "author-right": (
        N_("The account “{user}” may not publish on {site} under the name of “{author}”."),
        N_(
            "Posts are shown under its own name, and their last line names the author. Ask for "
            "the role Editor, or take author out of config.toml."
        ),
    ),
    "author-hidden": (
        N_("{site} shows no account “{author}”; posts are shown under the name of “{user}”."),
        N_(
            "Write the account as it is called there. One that has published nothing yet is "
            "hidden from editors: write its number (the address of its profile has user_id=...)."
        ),
    ),
    "site-slow": (
        N_("{site} did not answer within {seconds} seconds."),
        N_("Try again later; if it stays so, open {url} in a browser and tell who runs the site."),
    ),
    "site-certificate": (
        N_("The certificate of {site} runs out on {ends}, {days} days from now."),
        N_("Ask the website's administrator to renew it: after that day nothing can be sent."),
    ),
}
