"""Words of the channels of social networks: what they can't do, and what to do then."""

from __future__ import annotations

from publisher.i18n import N_

SAID = {
    "conflict-uncertain": (
        N_("Nobody but you can see whether the post stands on {site}: its answer never came."),
        N_(
            'Open the channel. It is there: publisher publish "{key}" --keep-site. It is not, '
            'send it again: publisher publish "{key}" --overwrite.'
        ),
    ),
    "conflict-fixed": (
        N_("{site} can't change what stands there, so the file's change is not shown: {url}"),
        N_(
            'Change it there by hand, then run: publisher publish "{key}" --keep-site; or '
            "withdraw it, and restore it."
        ),
    ),
    "conflict-withdraw-late": (
        N_("{site} deletes nothing by itself any more that is so old: {url}"),
        N_(
            'Delete it there by hand, then run: publisher publish "{key}" --overwrite. To leave '
            'it there: publisher publish "{key}" --keep-site.'
        ),
    ),
    "channel-late": (
        N_("{site} can't delete the post any more."),
        N_("Delete it there by hand, then run: publisher publish"),
    ),
    "channel-alone": (
        N_("The post is not for {home}, so {site} has no address to lead to; it waits."),
        N_("Add {home} to sites, or take {site} out."),
    ),
    "channel-no-picture": (
        N_("{site} takes no post without a picture, and this one has none on {home}."),
        N_("Give it a featured_image, or switch on share cards: [images] share_card = true."),
    ),
    "channel-picture": (
        N_("{site} does not take the picture {name} ({width} × {height} pixels)."),
        N_("Make it smaller than 10 MB, and less narrow: at most 20 times as long as wide."),
    ),
    "channel-processing": (
        N_("{site} is still at work on the post; whether it takes it is not known yet."),
        N_("Run the command again later; it looks first at what arrived."),
    ),
    "channel-unknown": (
        N_("{site} knows no channel “{user}”."),
        N_("Check account in config.toml, and that the bot is an administrator of the channel."),
    ),
    "channel-no-history": (
        N_("{site} is a channel: what stood there before can't be taken over."),
        N_("Count it as an activity of the kind mang-xa-hoi instead."),
    ),
    "social-long": (
        N_("The text for {site} has {length} characters; it takes {limit} and is cut."),
        N_("Make it shorter, or write one of its own below social: for this channel."),
    ),
    "config-channel-home": (
        N_("{site} is a channel, but there is no WordPress site that it could lead to."),
        N_('Add the website: [sites.NAME] with kind = "wordpress".'),
    ),
    "config-home-channel": (
        N_("{site} can't have copies of what stands on the channel {home}."),
        N_("Write the name of a website after republishes."),
    ),
    "draft-channel": (
        N_("{site} is a channel, which has no drafts."),
        N_("To see the post here: publisher preview {key}"),
    ),
    "site-experimental": (
        N_("{site} was built from its documentation; no real account has been tried yet."),
        N_("Try it with one post, then look at it there."),
    ),
    "token-expiring": (
        N_("The token of {site} holds until {ends}: {days} days."),
        N_("Get a new one in time, then run: publisher site login {site}"),
    ),
}

REASONS = {
    ("site-auth", "token"): (
        N_("{site} does not accept its token: it ran out, or was taken back."),
        N_("Get a new one, then run: publisher site login {site}"),
    ),
    ("site-forbidden", "channel"): (
        N_("{site} does not let us do this with “{user}”."),
        N_("Give the app or the bot the right to publish there; publisher site check {site}"),
    ),
}
