"""Labels of the values that people meet: kinds, actions, states, events, fields."""

from __future__ import annotations

from collections.abc import Callable
from gettext import gettext as _
from gettext import ngettext

from publisher.i18n import N_
from publisher.model import Kind

_KINDS = {
    Kind.TIN: N_("News item"),
    Kind.BAI: N_("Article"),
    Kind.ANH: N_("Photo item"),
    Kind.VIDEO: N_("Video"),
    Kind.INFOGRAPHIC: N_("Infographic"),
    Kind.HOI_NGHI: N_("Conference"),
    Kind.TAP_HUAN: N_("Training course"),
    Kind.AN_PHAM: N_("Printed matter"),
    Kind.BAN_TIN: N_("Bulletin"),
    Kind.MANG_XA_HOI: N_("Social media"),
    Kind.PHAT_THANH: N_("Broadcast"),
}
_ACTIONS = {
    "create": N_("publish"),
    "update": N_("update"),
    "adopt": N_("recognise"),
    "withdraw": N_("withdraw"),
    "wait": N_("wait"),
    "conflict": N_("conflict"),
    "keep": N_("keep"),
    "record": N_("record"),
    "upload": N_("upload picture"),
    "term": N_("create category or tag"),
    "drop": N_("handed in"),
    "drop-file": N_("file handed in"),
}
_STATES = {
    "done": N_("done"),
    "refused": N_("refused"),
    "not_sent": N_("not sent"),
    "unknown": N_("uncertain"),
    "skipped": N_("skipped"),
    "started": N_("begun"),
}
_EVENTS = {
    "published": N_("published"),
    "scheduled": N_("scheduled"),
    "drafted": N_("draft put on the site"),
    "updated": N_("updated"),
    "adopted": N_("recognised"),
    "renamed": N_("file renamed"),
    "kept_site": N_("site's version kept"),
    "imported": N_("taken over from the site"),
    "recorded": N_("activity recorded"),
    "issued": N_("issued"),
    "noted": N_("noted without sending"),
    "withdrawal_asked": N_("withdrawal asked"),
    "withdrawn": N_("withdrawn"),
    "restoration_asked": N_("asked back"),
    "restored": N_("brought back"),
    "approved": N_("approved"),
    "returned": N_("sent back to the author"),
    "moved": N_("moved to another time"),
    "moved_back": N_("moved back to the date in the file"),
}
_REASONS = {
    "new": N_("new post"),
    "edited-file": N_("the file was edited"),
    "links": N_("links to other posts, or settings, changed"),
    "unchanged": N_("nothing changed"),
    "scheduled": N_("the site will publish it"),
    "missed-schedule": N_("the site missed its time"),
    "published-by-site": N_("the site published it at its time"),
    "renamed": N_("the file was renamed"),
    "draft": N_("draft"),
    "date": N_("its time has not come"),
    "clock": N_("its time has not come by the site's clock"),
    "hours": N_("outside posting hours"),
    "limit": N_("the site has its posts of this hour"),
    "home": N_("waits until it stands on its home site"),
    "embargo": N_("under embargo"),
    "approval": N_("waits for an editor's approval"),
    "returned": N_("an editor sent it back to its author"),
    "expired": N_("its time is over"),
    "moved": N_("its new time is outside posting hours; the site keeps it as a draft"),
    "published-already": N_("already published; its new date lies ahead"),
    "withdrawn": N_("withdrawn"),
    "drafted": N_("a draft stood on the site before"),
    "public": N_("stands on the site already, for everybody"),
    "asked": N_("withdrawal was asked"),
    "asked-back": N_("it was withdrawn and is asked back"),
    "shares": N_("the authors share otherwise"),
    "web-item": N_("it is a web item now"),
    "unsettled": N_("sent before, the answer never came"),
    "same": N_("stands on the site already"),
    "gone": N_("deleted on the site"),
    "trashed": N_("in the site's trash"),
    "edited": N_("edited on the site"),
    "exists": N_("another text with this title stands on the site"),
    "slug-taken": N_("its address is taken by another post"),
    "uncertain": N_("may stand on the channel or not: look there"),
    "fixed": N_("can't be changed there"),
    "withdraw-late": N_("too old to be deleted there"),
}
_FIELDS = {
    "kind": N_("Kind"),
    "theme": N_("Theme"),
    "month": N_("Month"),
    "site": N_("Site"),
    "unit": N_("Unit"),
    "author": N_("Author"),
    "channel": N_("Channel"),
    "place": N_("place"),
    "participants": N_("number of participants"),
    "copies": N_("number of copies"),
    "evidence": N_("evidence"),
    "shares": N_("shares of the authors"),
    "title": N_("title"),
    "date": N_("publishing date"),
    "embargo": N_("embargo: appears on no site before"),
    "expire": N_("last day: withdrawn by itself after"),
    "priority": N_("priority"),
    "excerpt": N_("excerpt"),
    "authors": N_("author"),
    "source": N_("source"),
    "status": N_("status"),
    "slug": N_("address"),
    "tags": N_("tags"),
    "categories": N_("categories"),
    "featured_image": N_("featured picture"),
    "gallery": N_("gallery"),
    "legal": N_("legal basis"),
    "sites": N_("sites"),
    "social": N_("text for social networks"),
    "id": N_("id"),
}

_TABLES = {
    "runs": N_("runs"),
    "attempts": N_("acts on the sites"),
    "publications": N_("posts on the sites"),
    "facts": N_("more about them"),
    "verifications": N_("checks against the sites"),
    "media": N_("pictures on the sites"),
    "decisions": N_("what people decided"),
}


def _label(table: dict[str, str] | dict[Kind, str], code: str) -> str:
    words = {str(key): value for key, value in table.items()}.get(code)
    return _(words) if words else code


def kind(code: str) -> str:
    """Return the label of a kind of item."""
    return _label(_KINDS, code)


def kinds(translate: Callable[[str], str] = _) -> dict[str, str]:
    """Return the labels of all kinds, by code."""
    return {str(code): translate(words) for code, words in _KINDS.items()}


def action(code: str) -> str:
    """Return the label of an action."""
    return _label(_ACTIONS, code)


def state(code: str) -> str:
    """Return the label of a state."""
    return _label(_STATES, code)


def event(code: str) -> str:
    """Return the label of an event of the log, or of an act that made none."""
    return _label(_EVENTS if code in _EVENTS else _ACTIONS, code)


def reason(code: str) -> str:
    """Return why an action is planned."""
    return _label(_REASONS, code)


def field(name: str) -> str:
    """Return the label of a front-matter key, or of a breakdown of the figures."""
    return _label(_FIELDS, name)


def site(name: str) -> str:
    """Return the name of a site; activities are on none."""
    return name or _("(no site)")


def log_table(name: str) -> str:
    """Return what one of the log's tables holds."""
    return _label(_TABLES, name)


def count_of(number: int) -> str:
    """Return a number of posts in words, such as ``12 posts``."""
    return ngettext("{n} post", "{n} posts", number).format(n=number)
