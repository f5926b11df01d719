"""Sites in groups: what config.toml, posts, editors and commands make of their names."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from publisher import config
from publisher.cli.exits import Exit
from publisher.config import Config
from publisher.errors import ConfigError
from tests.office import Office

SITES = """
[groups]
tat-ca-don-vi = ["trung-tam", "chi-cuc"]

[sites.so]
kind = "preview"
[sites.trung-tam]
kind = "preview"
republishes = "so"
unit = "Trung tâm Thông tin"
[sites.chi-cuc]
kind = "preview"
republishes = "so"
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path / "office")
    office.configure(SITES)
    return office


def loaded(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return config.load(path)


def sites_of(office: Office) -> dict[str, set[str]]:
    """Return on which sites each post would be, now or once its home has it."""
    found: dict[str, set[str]] = {}
    for action in office.plan():
        found.setdefault(action["key"], set()).add(action["site"])
    return found


# What is wrong in config.toml


@pytest.mark.parametrize(
    ("before", "after", "code", "line", "params"),
    [
        ("tat-ca-don-vi =", "so =", "config-group-name", 3, {"value": "so"}),
        ('["trung-tam", "chi-cuc"]', "[]", "config-group-empty", 3, {"value": "tat-ca-don-vi"}),
        ('"chi-cuc"]', '"chi-cục"]', "config-choice", 3, {"value": "chi-cục"}),
        ("tat-ca-don-vi =", '"Đơn vị" =', "config-name", 3, {"value": "Đơn vị"}),
        (
            'republishes = "so"\nunit',
            'republishes = "sở"\nunit',
            "config-choice",
            9,
            {"key": "sites.trung-tam.republishes", "choices": "so, chi-cuc"},
        ),
        ('republishes = "so"\nunit', 'republishes = "trung-tam"\nunit', "config-choice", 9, {}),
        (
            'kind = "preview"\nrepublishes = "so"\n',
            'kind = "preview"\nrepublishes = "chi-cuc"\n',
            "config-home-copy",
            9,
            {"site": "trung-tam", "home": "chi-cuc", "first": "so"},
        ),
        ('kind = "preview"\n[', 'kind = "preview"\ndefault = false\n[', "config-default", 0, {}),
    ],
)
def test_what_can_not_be_meant_is_said_with_its_line(
    tmp_path: Path, before: str, after: str, code: str, line: int, params: dict[str, object]
) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, SITES.replace(before, after, 1))
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.where.line == line or not line
    assert params.items() <= problem.params.items()


def test_a_website_can_not_state_a_preview_as_its_source(tmp_path: Path) -> None:
    text = SITES + '[sites.that]\nkind = "wordpress"\nurl = "https://a.vn"\nuser = "u"\n'
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text + 'republishes = "so"\n')
    assert [problem.code for problem in caught.value.problems] == ["config-home-preview"]
    assert loaded(tmp_path, text).sites["that"].republishes == ""


# Which sites a post goes to


def test_a_group_means_its_sites_and_none_means_those_that_republish_nothing(
    office: Office,
) -> None:
    office.post("a.md", title="Không nêu trang")
    office.post("b.md", title="Cho đơn vị", sites=["tat-ca-don-vi"])
    office.post("c.md", title="Cả hai", sites="so; Tất cả đơn vị")
    office.post("d.md", title="Trùng nhau", sites=["chi-cuc", "tat-ca-don-vi"])
    assert sites_of(office) == {
        "a": {"so"},
        "b": {"trung-tam", "chi-cuc"},
        "c": {"so", "trung-tam", "chi-cuc"},
        "d": {"trung-tam", "chi-cuc"},
    }
    assert not any(o["state"] != "done" for o in office.publish())
    assert office.plan() == []


def test_default_says_otherwise(office: Office) -> None:
    office.configure(
        SITES.replace('unit = "Trung', 'default = true\nunit = "Trung')
        + '[sites.rieng]\nkind = "preview"\ndefault = false\n'
    )
    office.post("a.md", title="Không nêu trang")
    assert sites_of(office) == {"a": {"so", "trung-tam"}}


def test_without_copies_a_post_that_names_no_site_goes_everywhere(office: Office) -> None:
    office.configure(SITES.replace('republishes = "so"\n', ""))
    office.post("a.md", title="Không nêu trang")
    assert sites_of(office) == {"a": {"so", "trung-tam", "chi-cuc"}}


def test_an_unknown_name_offers_groups_too(office: Office) -> None:
    office.post("a.md", title="Tin", sites=["tat-ca-don-vị-x"])
    ran = office.run("check", "--format", "json")
    (problem,) = [p for p in ran.json if p["code"] == "choice"]
    assert "tat-ca-don-vi" in problem["hint"]
    assert ran.status == Exit.CONTENT


def test_a_post_that_is_taken_off_a_group_stays_where_it_is(office: Office) -> None:
    """Nothing is deleted that nobody asked to delete."""
    post = office.post("a.md", title="Tin", sites=["so", "tat-ca-don-vi"])
    office.publish()
    post.write_text(post.read_text("utf-8").replace(', "tat-ca-don-vi"', ""), "utf-8")
    assert office.publish() == []
    assert len(list((office.folder / ".publisher/trung-tam/bai").iterdir())) == 1


# Editors and commands


def test_editors_offer_groups(office: Office) -> None:
    schema = office.run("schema").json
    for sites in ("tat-ca-don-vi", ["so", "tat-ca-don-vi"], "so; Tất cả đơn vị"):
        jsonschema.validate({"title": "A", "sites": sites}, schema)
    for sites in ("don-vi", ["so", "x"]):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"title": "A", "sites": sites}, schema)


def test_a_new_post_says_where_it_can_go(office: Office) -> None:
    made = office.run("new", "Bài mới").out
    text = Path(made.partition(": ")[2].splitlines()[0]).read_text("utf-8")
    assert "#   tat-ca-don-vi (trung-tam, chi-cuc)" in text
    assert "#   trung-tam (Trung tâm Thông tin)" in text
    assert "sites: [so]" in text
    assert office.run("check").status == Exit.DONE


def test_one_site_asks_for_no_choice(office: Office) -> None:
    office.configure('[sites.so]\nkind = "preview"\n')
    made = office.run("new", "Bài mới").out
    assert "sites:" not in Path(made.partition(": ")[2].splitlines()[0]).read_text("utf-8")


def test_commands_take_groups_where_they_take_sites(office: Office) -> None:
    office.post("a.md", title="Tin", sites=["so", "tat-ca-don-vi"])
    office.publish()
    assert set(office.run("site", "check", "tat-ca-don-vi", "--json").json) == {
        "trung-tam",
        "chi-cuc",
    }
    ran = office.run("withdraw", "a", "--site", "tat-ca-don-vi", "--reason", "thử", "--json")
    assert {o["site"] for o in ran.json["outcomes"]} == {"trung-tam", "chi-cuc"}
    unknown = office.run("withdraw", "a", "--site", "don-vi", "--reason", "thử")
    assert unknown.status == Exit.CONFIG
    assert "tat-ca-don-vi" in unknown.err


@pytest.mark.parametrize("only", [(), ("--site", "tat-ca-don-vi")])
def test_the_calendar_foresees_a_copy_when_its_home_gets_it(
    office: Office, only: tuple[str, ...]
) -> None:
    office.configure(
        SITES.replace("[sites.so]", '[sites.so]\nwindows = ["hằng ngày 9h-10h"]\n').replace(
            'unit = "', 'windows = ["hằng ngày 13h-14h"]\nunit = "'
        )
    )
    office.post("a.md", title="Tin", date="15/03/2199 08:00", sites=["so", "tat-ca-don-vi"])
    ran = office.run("calendar", "--json", "--from", "15/03/2199", "--weeks", "1", *only)
    found = {i["site"]: i for day in ran.json["days"] for i in day["items"]}
    times = {site: item["at"][:16] for site, item in found.items()}
    assert times.pop("so", "2199-03-15T09:00") == "2199-03-15T09:00"
    assert times == {"chi-cuc": "2199-03-15T09:00", "trung-tam": "2199-03-15T13:00"}
