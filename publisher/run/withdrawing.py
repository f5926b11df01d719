"""Withdraw: the wish goes into the log first, then to the sites."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from publisher import plan as planning
from publisher import posts
from publisher.activities import withdrawal
from publisher.apply import Hands, Outcome, apply
from publisher.errors import ContentError
from publisher.model import NO_SITE, Event, Media, Problem, State, Upload
from publisher.plan import ActionKind
from publisher.run.office import Office, opened_sites, own_log
from publisher.run.rounds import Result, flush


def withdraw(
    office: Office,
    keys: Sequence[str],
    reason: str,
    names: Collection[str] = (),
    tell: Callable[[Outcome], None] = lambda _: None,
) -> Result:
    """Ask for posts to be taken from their sites (all, or those named), and do it.

    The wish is in the log first: when a site can't be reached now, the next run does it.
    Raise ContentError for a key that stands on none of these sites.
    """
    result = Result()
    with own_log(office) as log:
        # A site that config.toml no longer names can't be asked.
        within = {*(names or office.config.sites), *(() if names else (NO_SITE,))}
        here = {k: row for k, row in log.memory().publications.items() if row.site in within}
        wanted = [
            row
            for (_, key), row in here.items()
            if key in keys and row.event is not Event.WITHDRAWN
        ]
        known = sorted({key for (_, key), row in here.items() if row.event is not Event.WITHDRAWN})
        missing = [key for key in keys if key not in {row.key for row in wanted}]
        if missing:
            raise ContentError(
                *(
                    Problem("not-published", params={"key": k, "meant": posts.suggest(k, known)})
                    for k in missing
                )
            )
        run_id = log.start_run("withdraw")
        for row in wanted:
            if row.site == NO_SITE:  # an activity: nothing but the log has it
                log.record(run_id, withdrawal(row, reason))
                outcome = Outcome(ActionKind.WITHDRAW, row.site, row.key, State.DONE)
                result.outcomes.append(outcome)
                tell(outcome)
                continue
            asked = replace(row, event=Event.WITHDRAWAL_ASKED, reason=reason, previous_key="")
            log.record(run_id, asked)
        involved = list(dict.fromkeys(row.site for row in wanted if row.site != NO_SITE))
        if involved:
            hands = Hands(log, run_id, _no_media, office.now, tell, threading.Event())
            _from_sites(office, involved, keys, hands, result)
        failed = any(o.state is not State.DONE for o in result.outcomes) or result.unreachable
        log.finish_run(run_id, int(bool(failed)), {"withdrawn": len(wanted)})
    return result


def _from_sites(
    office: Office, names: Collection[str], keys: Sequence[str], hands: Hands, result: Result
) -> None:
    with opened_sites(office, names) as (sites, result.unreachable):
        targets = [office.config.target(name) for name in sites]
        memory = hands.log.memory()
        made = planning.plan((), keys, memory, targets, office.now(), dict.fromkeys(sites, ()))
        actions = tuple(a for a in made.actions if a.key in keys)
        by_name = {target.name: target for target in targets}
        result.outcomes += apply(replace(made, actions=actions), sites, by_name, hands)
        flush(sites, result)


def _no_media(item: Media) -> Upload:
    raise AssertionError(f"a withdrawal sends no media: {item.path}")
