"""A short soak; ``python -m tests.soak`` lets one go on for as long as is wanted."""

from __future__ import annotations

from pathlib import Path

from tests.killing import needs_sigkill
from tests.soak import soak
from tests.wordpress import WordPress

pytestmark = needs_sigkill


def test_a_bad_network_and_a_process_that_is_killed(tmp_path: Path, wordpress71: WordPress) -> None:
    wordpress71.empty()
    result = soak(wordpress71, tmp_path / "phòng", seconds=45, seed=5, chance=0.2)
    assert result.kills > 2
    assert sum(result.faults.values()) > 5
    assert len(result.posts) > 5
