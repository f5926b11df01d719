"""The links of posts, tried: which of them lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from publisher import checks, links
from publisher.config import Config
from publisher.model import Post, Problem, Severity
from publisher.run.checking import told


def dead_links(config: Config, posts: Iterable[Post]) -> list[Problem]:
    """Try every link of some posts to another website; return a warning for each bad one.

    Without a way to the Internet that is one warning, not one for each.
    """
    found = [link for post in posts for link in checks.external_links(post)]
    own = {urlsplit(site.url).hostname or "" for site in config.sites.values() if site.url}
    faults = links.probe((link.url for link in found), own)
    asked = {link.url.partition("#")[0] for link in found}
    hosts = {urlsplit(url).netloc for url in faults}
    if (
        len(hosts) > 1
        and len(faults) == len(asked)
        and all(fault.reason == "unreachable" for fault in faults.values())
    ):
        count = {"count": len(asked)}
        return told([Problem("links-offline", params=count, severity=Severity.WARNING)], config)
    problems = []
    for link in found:
        if fault := faults.get(link.url.partition("#")[0]):
            params: dict[str, object] = {
                "link": link.url,
                "status": fault.status,
                "reason": fault.reason,
            }
            problems.append(Problem("link-broken", link.where, params, Severity.WARNING))
    return told(problems, config)
