"""What one site answered, ready to be looked up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from publisher.model import (
    RemotePost,
)


class Answers:
    """What one site answered, by id and by the slugs that a post may have been sent with."""

    def __init__(self, seen: Sequence[RemotePost]) -> None:
        self.by_id = {remote.id: remote for remote in seen}
        self.by_slug: dict[str, list[RemotePost]] = {}
        for remote in seen:
            # A slug that was taken gets "-2"; the trash adds "__trashed".
            untrashed = re.sub(r"__trashed(-\d+)?$", "", remote.slug)
            for slug in {remote.slug, untrashed, re.sub(r"-\d+$", "", untrashed)}:
                self.by_slug.setdefault(slug, []).append(remote)
