"""Plan → Outcomes. Writes the intent to the log before each act on a site, its end after.

The engine owns the two protocols that it needs, :class:`Site` and :class:`Log`.
"""

from __future__ import annotations

from collections.abc import Mapping

from publisher.apply.protocols import Hands, Log, Noticeboard, Outcome, Several, Site
from publisher.model import Target
from publisher.plan import Plan

__all__ = ["Hands", "Log", "Noticeboard", "Outcome", "Several", "Site", "apply"]


def apply(
    plan: Plan, sites: Mapping[str, Site], targets: Mapping[str, Target], hands: Hands
) -> list[Outcome]:
    """Carry out a plan, site by site, and return an outcome for every action that was due.

    What waits or is kept has no outcome, but for what a person chose in a conflict.
    """
    # Loaded here: a plan that is not carried out does without.
    from publisher.apply.worker import Worker

    outcomes: list[Outcome] = []
    memory = hands.log.memory()
    # What leads to a website comes after it, so that a channel never holds one up.
    for name in sorted(sites, key=lambda name: targets[name].home is not None):
        site = sites[name]
        actions = [action for action in plan.actions if action.site == name]
        worker = Worker(site, targets[name], memory, hands)
        outcomes += worker.run(actions)
    return outcomes
