"""What keeps a message from reaching people, and what to do about it."""

from __future__ import annotations

from publisher.i18n import N_

SAID = {
    "config-mail": (
        N_("“{value}” is not a mail address."),
        N_("Write it as name@example.gov.vn, in letters a-z."),
    ),
    "config-host": (
        N_("“{value}” is not the name of a mail server."),
        N_('Write: host = "mail.example.gov.vn"'),
    ),
    "notice-unknown": (
        N_("There is no channel “{name}” in config.toml."),
        N_('Known are: {choices}. New ones are named under [notices]: channels = ["{name}"]'),
    ),
    "notice-missing": (
        N_("There is no address for the channel “{name}”."),
        N_("Run: publisher notice login {name}"),
    ),
    "notice-address": (
        N_("The address of the channel “{name}” can't be understood."),
        N_("Write it anew: publisher notice login {name}, which shows what it looks like."),
    ),
    "notice-insecure": (
        N_("The address of the channel “{name}” would send messages unprotected."),
        N_("Use the form with s, such as mailtos:// or jsons://, and no verify=no in it."),
    ),
    "notice-refused": (
        N_("The channel “{name}” did not take the message (status {status})."),
        N_(
            "401 and 403: the key in its address is wrong or has run out. 400 and 404: the group "
            "is not the right one, or the bot is no longer in it. Then: publisher notice login "
            "{name}"
        ),
    ),
    "notice-unreachable": (
        N_("The channel “{name}” can't be reached."),
        N_("Check whether the internet works. What waits is sent when it can be."),
    ),
    "notice-failed": (
        N_("The channel “{name}” did not take the message. {error}"),
        N_("Try it with: publisher notice test {name}"),
    ),
    "notice-late": (
        N_("The channel “{name}” took more than {seconds} seconds."),
        N_("It is tried again; the message may come twice."),
    ),
    "notice-broken": (
        N_("The program made a mistake of its own with the messages to people: {error}"),
        N_("Publishing goes on. Please pass this line on."),
    ),
    "mail-auth": (
        N_("The mail server {host} does not accept the account “{user}”."),
        N_("Check user under [notices.mail], and run: publisher notice login mail"),
    ),
    "mail-tls": (
        N_("The certificate of the mail server {host} is not valid: {reason}"),
        N_("Nothing was sent. Check host under [notices.mail], or tell its administrator."),
    ),
    "mail-plain": (
        N_("The mail server {host} offers no protected connection (STARTTLS)."),
        N_("Nothing was sent. Try port = 465 under [notices.mail], or ask its administrator."),
    ),
    "mail-dns": (
        N_("The mail server {host} can't be found."),
        N_("Check host under [notices.mail], and whether the internet works."),
    ),
    "mail-unreachable": (
        N_("The mail server {host} can't be reached."),
        N_("Check host and port under [notices.mail]. What waits is sent when it can be."),
    ),
    "mail-refused": (
        N_("The mail server {host} did not take the message: {reason}"),
        N_("Show this line to the server's administrator."),
    ),
    "mail-recipient": (
        N_("The mail server knows no address {to}: {reason}"),
        N_("Mend the address under [notices.mail] or [notices.authors]."),
    ),
    "ping-address": (
        N_("The address to ping can't be used."),
        N_("It must begin with https://. Write it anew: publisher notice login ping"),
    ),
    "ping-unreachable": (
        N_("The address to ping can't be reached."),
        N_("Check whether the internet works; there somebody may soon be told of it."),
    ),
    "ping-refused": (
        N_("The address to ping did not take it (status {status})."),
        N_("Copy it anew from there, and run: publisher notice login ping"),
    ),
}

REASONS = {
    ("config-secret", "channels"): (
        N_("The address of a channel holds its key, so it must not stand in config.toml."),
        N_('Write a name, channels = ["van-phong"], and run: publisher notice login van-phong'),
    ),
    ("config-secret", "notices"): (
        N_("config.toml must not hold a password: others can read it."),
        N_("Delete the line, and run: publisher notice login mail"),
    ),
    ("notice-unknown", "mail"): (
        N_("config.toml names no mail server."),
        N_("Write a table [notices.mail] with host, user and from; then run the command again."),
    ),
    ("notice-missing", "mail"): (
        N_("There is no password for the mail server."),
        N_("Run: publisher notice login mail"),
    ),
    ("notice-missing", "ping"): (
        N_("There is no address to ping."),
        N_("Run: publisher notice login ping"),
    ),
}
