"""Royalties: whole đồng, by the rates of the day, divided without loss."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model import Event, Publication
from publisher.royalties import Coefficients, Rates, Unit, divided, royalties
from tests.office import Office

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
UNITS = (Unit(date(2019, 7, 1), 149_000), Unit(date(2023, 7, 1), 180_000))
TABLE = Coefficients(date(2020, 1, 1), {"tin": Decimal("0.7"), "bai": Decimal("2.5")})
RATES = Rates(UNITS, [TABLE])


def item(
    key: str = "a",
    kind: str = "tin",
    authors: tuple[str, ...] = ("Lan",),
    shares: tuple[int, ...] = (),
    shown: datetime = datetime(2023, 3, 15, 8, tzinfo=ZONE),
    site: str = "so-khcn",
) -> Publication:
    return Publication(
        site, key, Event.PUBLISHED, status="publish", kind=kind, authors=authors,
        shares=shares, shown_at=shown,
    )  # fmt: skip


def test_an_item_is_paid_its_coefficient_times_the_unit() -> None:
    (payment,) = royalties([item()], RATES, ZONE).payments
    assert (payment.author, payment.amount) == ("Lan", 104_300)
    assert (payment.coefficient, payment.unit, payment.share) == (
        Decimal("0.7"),
        149_000,
        Fraction(1),
    )
    assert payment.day == date(2023, 3, 15)
    assert payment.due == date(2023, 5, 14)  # within 60 days


@pytest.mark.parametrize(
    ("shown", "amount"),
    [
        (datetime(2023, 6, 30, 23, 59, tzinfo=ZONE), 104_300),
        (datetime(2023, 7, 1, 0, 0, tzinfo=ZONE), 126_000),
        (datetime(2023, 6, 30, 17, 0, tzinfo=UTC), 126_000),  # 1 July here
    ],
)
def test_the_unit_is_that_of_the_day_shown(shown: datetime, amount: int) -> None:
    assert royalties([item(shown=shown)], RATES, ZONE).total == amount


def test_new_coefficients_hold_from_their_day() -> None:
    new = Coefficients(date(2023, 3, 15), {"tin": Decimal(1)})
    rates = Rates(UNITS, [new, TABLE])
    before = item("b", shown=datetime(2023, 3, 14, tzinfo=ZONE))
    assert [p.amount for p in royalties([item(), before], rates, ZONE).payments] == [
        104_300, 149_000,
    ]  # fmt: skip


def test_a_post_on_two_sites_is_paid_once() -> None:
    made = royalties([item(site="trung-tam"), item(site="so-khcn")], RATES, ZONE)
    assert [p.publication.site for p in made.payments] == ["so-khcn"]


def test_authors_share_equally_and_the_odd_dong_goes_to_the_first() -> None:
    rates = Rates(
        [Unit(date(2020, 1, 1), 100)], [Coefficients(date(2020, 1, 1), {"tin": Decimal(1)})]
    )
    made = royalties([item(authors=("Lan", "Minh", "Hoa"))], rates, ZONE)
    assert [(p.author, p.amount) for p in made.payments] == [("Lan", 34), ("Minh", 33), ("Hoa", 33)]


def test_authors_share_as_the_post_says() -> None:
    made = royalties([item(kind="bai", authors=("Lan", "Minh"), shares=(60, 40))], RATES, ZONE)
    assert [p.amount for p in made.payments] == [223_500, 149_000]
    assert [p.share for p in made.payments] == [Fraction(3, 5), Fraction(2, 5)]


def test_an_author_is_told_the_sum_and_the_first_day_it_is_due() -> None:
    later = datetime(2023, 4, 1, tzinfo=ZONE)
    made = royalties([item(), item("b", authors=("Minh", "Lan"), shown=later)], RATES, ZONE)
    totals = [(a.author, a.items, a.amount, a.due) for a in made.authors]
    assert totals == [
        ("Lan", 2, 104_300 + 52_150, date(2023, 5, 14)),
        ("Minh", 1, 52_150, date(2023, 5, 31)),
    ]
    assert made.total == 2 * 104_300


def test_what_can_not_be_worked_out_is_named() -> None:
    old = item("c", shown=datetime(2018, 1, 1, tzinfo=ZONE))
    made = royalties([item("a", authors=()), item("b", kind="video"), old], RATES, ZONE)
    assert made.payments == () and made.total == 0
    assert {(row.key, why) for row, why in made.unpaid} == {
        ("a", "author"), ("b", "coefficient"), ("c", "unit"),
    }  # fmt: skip


def test_half_a_dong_is_rounded_up() -> None:
    rates = Rates(
        [Unit(date(2020, 1, 1), 3)], [Coefficients(date(2020, 1, 1), {"tin": Decimal("0.5")})]
    )
    assert royalties([item()], rates, ZONE).total == 2


@given(
    st.integers(0, 10**9),
    st.lists(st.integers(1, 9999), min_size=1, max_size=8),
)
def test_parts_add_up_and_none_is_a_dong_off(amount: int, weights: Sequence[int]) -> None:
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    parts = divided(amount, shares)
    assert sum(parts) == amount
    assert all(abs(part - amount * share) < 1 for part, share in zip(parts, shares, strict=True))


@given(
    st.lists(
        st.builds(
            lambda key, kind, authors, day: item(
                key, kind, tuple(authors), shown=datetime(2023, 1, day, tzinfo=ZONE)
            ),
            st.sampled_from("abcd"),
            st.sampled_from(["tin", "bai", "video"]),
            st.lists(st.sampled_from(["Lan", "Minh", "Hoa"]), unique=True),
            st.integers(1, 31),
        ),
        max_size=12,
    )
)
def test_the_sum_of_authors_is_the_sum_of_payments(items: list[Publication]) -> None:
    made = royalties(items, RATES, ZONE)
    assert sum(a.amount for a in made.authors) == made.total == sum(p.amount for p in made.payments)
    per_item: dict[str, int] = {}
    for payment in made.payments:
        per_item[payment.publication.key] = (
            per_item.get(payment.publication.key, 0) + payment.amount
        )
    assert set(per_item.values()) <= {104_300, 372_500}
    paid_or_named = set(per_item) | {row.key for row, _why in made.unpaid}
    assert paid_or_named == {row.key for row in items}


# From the folder to the table


CONFIG = """
[sites.xem]
kind = "preview"
[royalties]
enabled = true
[[royalties.coefficients]]
since = "01/01/2023"
tin = 0.5
bai = 2
"""


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("office"))
    office.configure(CONFIG)
    return office


def test_a_clerk_sees_what_the_authors_are_due(office: Office) -> None:
    office.post("a.md", title="Một", kind="bai", authors=["Lan", "Minh"], shares="70, 30")
    office.post("b.md", title="Hai", authors=["Lan"], date="02/07/2023 08:00")
    office.post("c.md", title="Ba", kind="video", authors=["Lan"])
    office.publish()
    made = office.run("report", "--year", "2023", "--royalties", "--json").json["royalties"]
    assert made["total"] == 298_000 + 90_000
    assert [(a["author"], a["amount"]) for a in made["authors"]] == [
        ("Lan", 208_600 + 90_000), ("Minh", 89_400),
    ]  # fmt: skip
    assert [(u["title"], u["reason"]) for u in made["unpaid"]] == [("Ba", "coefficient")]
    shown = office.run("report", "--year", "2023", "--royalties").out
    assert "298.600" in shown and "388.000" in shown and "chưa có hệ số" in shown


def test_new_shares_are_noted_without_sending_anything(office: Office) -> None:
    office.post("a.md", title="Một", authors=["Lan", "Minh"])
    office.publish()
    office.post("a.md", title="Một", authors=["Lan", "Minh"], shares="90, 10")
    assert [(a["action"], a["reason"]) for a in office.plan("--all")] == [
        ("keep", "đổi tỷ lệ giữa các tác giả")
    ]
    office.publish()
    assert office.publish() == []
    report = office.run("report", "--year", "2023", "--royalties", "--json").json
    assert [a["amount"] for a in report["royalties"]["authors"]] == [67_050, 7_450]
    assert report["corrected"] == 0
    assert [e["what"] for e in office.run("log", "list", "--json").json] == ["noted", "published"]


def test_royalties_are_off_until_they_are_switched_on(office: Office) -> None:
    office.configure('[sites.xem]\nkind = "preview"\n')
    ran = office.run("report", "--year", "2023", "--royalties")
    assert ran.status == 2 and "[royalties]" in ran.err
    assert "royalties" not in office.run("report", "--year", "2023", "--json").json


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ("60", "1 tỷ lệ cho 2 tác giả"),
        ("60, bốn mươi", "không phải là tỷ lệ"),
        ("100, 0", "không phải là tỷ lệ"),
    ],
)
def test_shares_that_do_not_fit_are_named(office: Office, shares: str, said: str) -> None:
    office.post("a.md", title="Một", authors=["Lan", "Minh"], shares=shares)
    assert said in office.run("check").out


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[[royalties.units]]\nsince = "mai"\namount = 1\n', 2, "không phải là ngày"),
        ('[[royalties.coefficients]]\nsince = "01/01/2023"\ntinn = 1\n', 3, "tin"),
        ('[[royalties.units]]\nsince = "01/01/2023"\namount = 1\n'
         '[[royalties.units]]\nsince = "01/01/2024"\namount = 0\n', 6, "1"),
    ],
)  # fmt: skip
def test_a_slip_in_the_rates_is_named_with_its_line(
    office: Office, text: str, line: int, said: str
) -> None:
    office.configure(text)
    ran = office.run("check")
    assert ran.status == 3
    assert f"config.toml:{line}:" in ran.err and said in ran.err
