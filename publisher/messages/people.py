"""What is wrong with accounts of the web desk and with where it listens, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from publisher.i18n import N_

SAID: Mapping[str, tuple[str, str]] = {
    "person-name": (
        N_("“{name}” can't be the name of an account."),
        N_("Use 1 to 50 letters and digits; spaces, dots and hyphens may stand between them."),
    ),
    "person-known": (
        N_("“{name}” has an account already."),
        N_("See all accounts with: publisher user list"),
    ),
    "person-unknown": (
        N_("Nobody has an account with the name “{name}”."),
        N_("See all accounts with: publisher user list"),
    ),
    "person-password-short": (
        N_("The password has fewer than {count} letters."),
        N_("Several words with spaces are easy to remember and hard to guess."),
    ),
    "person-password-long": (
        N_("The password has more than {limit} letters."),
        N_("Choose a shorter one."),
    ),
    "person-password-name": (
        N_("The password is little more than the name."),
        N_("Choose one that nobody guesses who knows the name."),
    ),
    "person-password-plain": (
        N_("The password repeats a few letters only."),
        N_("Several words with spaces are easy to remember and hard to guess."),
    ),
    "people-file-open": (
        N_("Others can read the file of accounts: {file}"),
        N_("Take their rights away: chmod 600 {file}"),
    ),
    "people-file-broken": (
        N_("The file of accounts can't be read."),
        N_("Put back a copy of it, or delete it and make the accounts anew: publisher user add"),
    ),
    "desk-port": (
        N_("The desk can't listen on {host}, port {port}: {error}"),
        N_("Perhaps it runs already. Choose another port: publisher web --port 8602"),
    ),
    "desk-https": (
        N_("Passwords must not travel unencrypted, and the desk itself speaks no HTTPS."),
        N_(
            "Put a web server with HTTPS before it, such as Caddy or nginx, and name its "
            "address in config.toml, [web] public_url."
        ),
    ),
    "desk-nobody": (
        N_("Nobody has an account yet, so nobody could sign in from elsewhere."),
        N_("Make the first one: publisher user add NAME --role editor"),
    ),
    "config-public": (
        N_("The address of the desk has more than a host in it: {value}"),
        N_("Write it as https://ban-tin.example.vn, without a path."),
    ),
}
