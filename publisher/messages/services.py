"""What each problem with setting up the service means in words, and what to do about it."""

from __future__ import annotations

from publisher.i18n import N_

SAID = {
    "service-foreign": (
        N_("There is a service “{name}” already, which this program did not set up."),
        N_("Give this one another name: --name ..."),
    ),
    "service-other": (
        N_("The service “{name}” belongs to another folder of posts."),
        N_("Give the one of this folder another name: --name ..."),
    ),
    "service-edited": (
        N_("Somebody edited the file of the service “{name}” by hand, so it was left as it is."),
        N_("Move the changes into a file of their own (systemctl edit), then use --overwrite."),
    ),
    "service-missing": (
        N_("The service “{name}” is not set up here, so there is nothing to remove."),
        N_("It may have another name (--name ...), or be one of the system (--system)."),
    ),
    "service-path": (
        N_("The path of a folder has a character that a service can't have: {path}"),
        N_("Rename the folder."),
    ),
    "service-user": (
        N_("This computer has no account “{user}”."),
        N_("Write the name with which that person logs on, or make the account first."),
    ),
    "service-root": (
        N_("A service of the whole system can only be set up by the administrator."),
        N_("Put sudo before the command, or leave --system out."),
    ),
    "service-manager": (
        N_("This computer has neither systemd nor the Task Scheduler of Windows."),
        N_(
            "Let something else start “publisher run”; “publisher service show --container” "
            "makes a container."
        ),
    ),
    "service-failed": (
        N_("{command} did not work: {error}"),
        N_("Ask whoever looks after this computer; the message above says what it wants."),
    ),
    "service-password": (
        N_("The service will find no password for {site}."),
        N_("Keep it where the service looks for it: {command}"),
    ),
    "service-owner": (
        N_("The service runs as {user}, but not all in this folder belongs to {user}."),
        N_('Give it over: sudo chown -R {user} "{folder}"'),
    ),
}
