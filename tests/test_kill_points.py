"""Killed at every step of a first publish, then run again: everything stands there once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.killing import agrees, killed, needs_sigkill, office_of
from tests.wordpress import WordPress

pytestmark = needs_sigkill


# With several connections the order of the points differs from run to run anyway.
@pytest.mark.parametrize(("connections", "step"), [(1, 1), (4, 5)])
def test_killed_while_it_publishes(
    tmp_path: Path, clean_wordpress: WordPress, connections: int, step: int
) -> None:
    site, point, reached = clean_wordpress, 0, True
    while reached:
        point += step
        site.empty()
        office = office_of(tmp_path, site, point, connections)
        reached = killed(office, point, "publish")
        assert office.run("publish").status == 0
        titles = sorted(p["title"]["raw"] for p in site.posts())
        assert titles == ["Bài hai", "Bài một"], f"killed at point {point}"
        assert len(site.media()) == 2, f"killed at point {point}"
        agrees(office, site)
    # Two pictures, a category, two posts: each begun, sent and ended.
    assert point > 6 * 5
