"""What a bare program needs to send photos and posts: ``python -m tests.bench.bare < JSON``.

The floor: the requests of a first publish, over as many connections, by a program that looks
for nothing, checks nothing and keeps no log. The JSON has url, user, password, connections,
titles, text, and photos: for each title the files that its post shows.
"""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests

_MEDIA = {"_fields": "id,source_url,media_details"}
_POST = {
    "_fields": "id,link,status,slug,date_gmt,modified_gmt,categories,tags,featured_media,"
    "title.raw,content.raw,excerpt.raw"
}


def send(job: dict[str, Any]) -> None:
    """Send photos, then posts."""
    local = threading.local()

    def post(route: str, **what: Any) -> dict[str, Any]:
        if not hasattr(local, "session"):
            local.session = requests.Session()
            local.session.trust_env = False
            local.session.auth = (job["user"], job["password"])
        url = f"{job['url']}/wp-json/wp/v2/{route}"
        answer = local.session.post(url, timeout=120, **what)
        answer.raise_for_status()
        return dict(answer.json())

    def upload(name: str) -> dict[str, Any]:
        path = Path(name)
        file = (path.name, path.read_bytes(), "image/jpeg")
        return post("media", params=_MEDIA, files={"file": file}, data={"alt_text": "Ảnh"})

    def write(title: str, shown: list[dict[str, Any]]) -> None:
        pictures = "".join(
            f'<figure class="wp-block-image"><img src="{one["source_url"]}" alt="Ảnh"/></figure>'
            for one in shown
        )
        body: dict[str, object] = {"title": title, "status": "publish"}
        body["content"] = f"<p>{job['text']}</p>{pictures}"
        body["featured_media"] = shown[0]["id"] if shown else 0
        post("posts", params=_POST, json=body)

    with ThreadPoolExecutor(job["connections"]) as pool:
        names = [name for group in job["photos"] for name in group]
        # One goes first: WordPress fails when two make the month's folder at once.
        media = [upload(name) for name in names[:1]] + list(pool.map(upload, names[1:]))
        there = iter(media)
        groups = [[next(there) for _ in group] for group in job["photos"]]
        list(pool.map(write, job["titles"], groups))


if __name__ == "__main__":
    send(json.load(sys.stdin))
