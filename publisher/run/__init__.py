"""The wiring: config, folders, log and sites put together; the only room that names them all."""

from typing import TYPE_CHECKING

from publisher.late import face
from publisher.run.health import Health, Level, health
from publisher.run.office import (
    Office,
    differs,
    key_of,
    locked,
    log_of,
    office,
    opened_sites,
    own_log,
)
from publisher.sources import Settling

if TYPE_CHECKING:
    from publisher.reports.content import Part
    from publisher.run.almanac import Mark, MarkKind
    from publisher.run.arrivals import NAMED
    from publisher.run.bulletins import (
        BULLETIN_FORMS,
        MadeBulletin,
        Order,
        bulletin,
        bulletin_document,
    )
    from publisher.run.digesting import Digest, Waiting, digests
    from publisher.run.documents import FORMATS, Wish, document, missing
    from publisher.run.drafting import Drafted, draft
    from publisher.run.forecasting import Day, Forecast, Happening, What, forecast
    from publisher.run.handed import Fate, Item
    from publisher.run.holding import SERVICE_LOCK, hold, is_held
    from publisher.run.issuing import (
        Issued,
        Printed,
        check_issue,
        issue_bulletin,
        row_of_bulletin,
        write,
    )
    from publisher.run.leaflets import (
        LEAFLET_FORMS,
        SIZES,
        MadeLeaflet,
        check_leaflet,
        issue_leaflet,
        leaflet,
        leaflet_document,
        output_of,
    )
    from publisher.run.loading import loader
    from publisher.run.mailing import Arrival, Delivery, mail_bulletin
    from publisher.run.maintaining import Maintained, maintain
    from publisher.run.outlook import Outlook, last_sent, look, look_at_log
    from publisher.run.posting import check_issued, post_bulletin
    from publisher.run.proving import PATIENCE, SiteCheck, check_sites
    from publisher.run.publishing import plan, publish, published_keys
    from publisher.run.pulse import (
        LastJob,
        LastTick,
        Pulse,
        Rest,
        login_file,
        login_noted,
        pulse_file,
        read_pulse,
        write_pulse,
    )
    from publisher.run.reading import LABELS, Reading, read
    from publisher.run.receiving import receive
    from publisher.run.reminding import Reminder, reminder, working_days
    from publisher.run.reporting import Report, closed, report
    from publisher.run.restoring import restore
    from publisher.run.rounds import Result
    from publisher.run.ruling import Pending, judge, move, moves_of, pending
    from publisher.run.snapshots import snapshot
    from publisher.run.storing import discard, save
    from publisher.run.taking import Taken, Wanted, take
    from publisher.run.verifying import Verified, verify
    from publisher.run.withdrawing import withdraw
else:
    __getattr__ = face(
        __name__,
        **{".reports.content": ("Part",)},
        almanac=(
            "Mark",
            "MarkKind",
        ),
        arrivals=("NAMED",),
        bulletins=(
            "BULLETIN_FORMS",
            "MadeBulletin",
            "Order",
            "bulletin",
            "bulletin_document",
        ),
        digesting=(
            "Digest",
            "Waiting",
            "digests",
        ),
        documents=(
            "FORMATS",
            "Wish",
            "document",
            "missing",
        ),
        drafting=(
            "Drafted",
            "draft",
        ),
        forecasting=(
            "Day",
            "Forecast",
            "Happening",
            "What",
            "forecast",
        ),
        handed=(
            "Fate",
            "Item",
        ),
        holding=(
            "SERVICE_LOCK",
            "hold",
            "is_held",
        ),
        issuing=(
            "Issued",
            "Printed",
            "check_issue",
            "issue_bulletin",
            "row_of_bulletin",
            "write",
        ),
        leaflets=(
            "LEAFLET_FORMS",
            "SIZES",
            "MadeLeaflet",
            "check_leaflet",
            "issue_leaflet",
            "leaflet",
            "leaflet_document",
            "output_of",
        ),
        loading=("loader",),
        mailing=(
            "Arrival",
            "Delivery",
            "mail_bulletin",
        ),
        maintaining=(
            "Maintained",
            "maintain",
        ),
        outlook=(
            "Outlook",
            "last_sent",
            "look",
            "look_at_log",
        ),
        posting=(
            "check_issued",
            "post_bulletin",
        ),
        proving=(
            "PATIENCE",
            "SiteCheck",
            "check_sites",
        ),
        publishing=(
            "plan",
            "publish",
            "published_keys",
        ),
        pulse=(
            "LastJob",
            "LastTick",
            "Pulse",
            "Rest",
            "login_file",
            "login_noted",
            "pulse_file",
            "read_pulse",
            "write_pulse",
        ),
        reading=(
            "LABELS",
            "Reading",
            "read",
        ),
        receiving=("receive",),
        reminding=(
            "Reminder",
            "reminder",
            "working_days",
        ),
        reporting=(
            "Report",
            "closed",
            "report",
        ),
        restoring=("restore",),
        rounds=("Result",),
        ruling=(
            "Pending",
            "judge",
            "move",
            "moves_of",
            "pending",
        ),
        snapshots=("snapshot",),
        storing=(
            "discard",
            "save",
        ),
        taking=(
            "Taken",
            "Wanted",
            "take",
        ),
        verifying=(
            "Verified",
            "verify",
        ),
        withdrawing=("withdraw",),
    )

__all__ = [
    "BULLETIN_FORMS",
    "FORMATS",
    "LABELS",
    "LEAFLET_FORMS",
    "NAMED",
    "PATIENCE",
    "SERVICE_LOCK",
    "SIZES",
    "Arrival",
    "Day",
    "Delivery",
    "Digest",
    "Drafted",
    "Fate",
    "Forecast",
    "Happening",
    "Health",
    "Issued",
    "Item",
    "LastJob",
    "LastTick",
    "Level",
    "MadeBulletin",
    "MadeLeaflet",
    "Maintained",
    "Mark",
    "MarkKind",
    "Office",
    "Order",
    "Outlook",
    "Part",
    "Pending",
    "Printed",
    "Pulse",
    "Reading",
    "Reminder",
    "Report",
    "Rest",
    "Result",
    "Settling",
    "SiteCheck",
    "Taken",
    "Verified",
    "Waiting",
    "Wanted",
    "What",
    "Wish",
    "bulletin",
    "bulletin_document",
    "check_issue",
    "check_issued",
    "check_leaflet",
    "check_sites",
    "closed",
    "differs",
    "digests",
    "discard",
    "document",
    "draft",
    "forecast",
    "health",
    "hold",
    "is_held",
    "issue_bulletin",
    "issue_leaflet",
    "judge",
    "key_of",
    "last_sent",
    "leaflet",
    "leaflet_document",
    "loader",
    "locked",
    "log_of",
    "login_file",
    "login_noted",
    "look",
    "look_at_log",
    "mail_bulletin",
    "maintain",
    "missing",
    "move",
    "moves_of",
    "office",
    "opened_sites",
    "output_of",
    "own_log",
    "pending",
    "plan",
    "post_bulletin",
    "publish",
    "published_keys",
    "pulse_file",
    "read",
    "read_pulse",
    "receive",
    "reminder",
    "report",
    "restore",
    "row_of_bulletin",
    "save",
    "snapshot",
    "take",
    "verify",
    "withdraw",
    "working_days",
    "write",
    "write_pulse",
]
