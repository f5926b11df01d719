"""``new`` and ``check``: before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from gettext import gettext as _
from pathlib import Path

import click

from publisher import messages
from publisher.cli.commands import Command
from publisher.cli.exits import Exit
from publisher.cli.output import counted, print_json, problem_json, show_problems
from publisher.cli.program import Settings
from publisher.config import Config
from publisher.errors import ContentError, LogError
from publisher.model import ACTIVITIES, WEB_KINDS, Kind, Problem, Severity, Where
from publisher.posts import suggest
from publisher.run import log_of, published_keys, read
from publisher.text import file_stem, nfc, slugify


@click.command(cls=Command, help=_("Check all posts and say what is to be mended."))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help=_("How to print the problems: text for people, json or github for machines."),
)
@click.option("--strict", is_flag=True, help=_("Let warnings fail too."))
@click.option("--links", is_flag=True, help=_("Try the links to other websites too."))
@click.pass_context
def check(ctx: click.Context, form: str, strict: bool, links: bool) -> None:
    """Read and render everything, and print what is wrong."""
    settings: Settings = ctx.obj
    config = settings.load()
    today = datetime.now(UTC).astimezone(config.schedule.timezone).date()
    reading = read(config, published(settings, config), today, editing=True)
    problems = reading.problems
    if links:
        from publisher.run.linking import dead_links

        broken = dead_links(config, reading.posts)
        problems = tuple(sorted([*problems, *broken], key=lambda p: (p.where, p.severity, p.code)))
    if form == "json":
        print_json([problem_json(problem) for problem in problems])
    elif form == "github":
        for problem in problems:
            click.echo(_annotation(problem))
    else:
        show_problems(problems)
        total = messages.count_of(len(reading.present))
        click.echo(f"{total}: {counted(problems)}.")
    bad = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    if any(problem.severity in bad for problem in problems):
        ctx.exit(Exit.CONTENT)


def published(settings: Settings, config: Config) -> frozenset[str]:
    """Return the keys that the log knows; a check works without a log too."""
    if isinstance(config.log_url, Path) and not config.log_url.exists():
        return frozenset()
    try:
        with log_of(settings.office(config)) as log:
            return published_keys(log.memory())
    except LogError:
        return frozenset()


def _annotation(problem: Problem) -> str:
    """Return a workflow command of GitHub Actions for a problem."""
    text = f"{messages.message(problem)} {messages.hint(problem)}"
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    file = problem.where.file.replace("%", "%25").replace(",", "%2C").replace(":", "%3A")
    return f"::{problem.severity.value} file={file},line={problem.where.line or 1}::{escaped}"


@click.command(
    cls=Command,
    help=_("Make the file of a new post, with notes on how to fill it in."),
)
@click.argument("title", metavar=_("TITLE"))
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    default=Kind.TIN.value,
    help=_("Kind of the post."),
)
@click.option(
    "--theme",
    metavar=_("THEME"),
    default="",
    help=_("Theme of the post, one of [themes] in config.toml."),
)
@click.pass_context
def new(ctx: click.Context, title: str, kind: str, theme: str) -> None:
    """Write a template with comments into posts/, by year and month."""
    settings: Settings = ctx.obj
    config = settings.load()
    if theme:
        known_theme(config, theme)
    slug = file_stem(slugify(title))
    if not slug:
        raise ContentError(Problem("title-missing"))
    now = datetime.now(UTC).astimezone(config.schedule.timezone)
    folder = config.posts / f"{now:%Y}" / f"{now:%m}"
    path = folder / f"{slug}.md"
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{slug}-{number}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(_template(config, title, kind, theme, now), encoding="utf-8")
    except OSError as error:
        params = {"error": error.strerror or str(error)}
        raise ContentError(Problem("file-unwritable", Where(str(path)), params)) from error
    click.echo(_("Made: {file}").format(file=path))
    click.echo(_("Open it in a text editor, write the post, then run: publisher check"))


def known_theme(config: Config, theme: str) -> None:
    """Raise ContentError for a theme that config.toml does not have."""
    if theme not in config.themes:
        params = {
            "key": "theme",
            "value": theme,
            "meant": suggest(theme, list(config.themes)),
            "choices": ", ".join(config.themes),
        }
        raise ContentError(Problem("choice", params=params))


def _listed(kinds: Sequence[Kind]) -> str:
    return ", ".join(f"{kind.value} ({messages.kind(kind.value)})" for kind in kinds)


def _activity_template(config: Config, title: str, kind: str, theme: str, now: datetime) -> str:
    lines = [
        "---",
        f"title: {json.dumps(nfc(title), ensure_ascii=False)}",
        _("# An activity is counted in the report, and sent to no website. One of: {kinds}").format(
            kinds=_listed(ACTIVITIES)
        ),
        f"kind: {kind}",
        _("# Theme of the plan, one of:"),
        *(f"#   {code}: {label}" for code, label in config.themes.items()),
        f"theme: {theme}",
        _("# The day on which it was held."),
        f"date: {now:%d/%m/%Y}",
        _("# draft: not counted yet. Change it to ready when it is done."),
        "status: draft",
        'unit: ""',
        _("# Where it was held, and how many people came."),
        'place: ""',
        'participants: ""',
        _("# How many copies, of printed matter and bulletins."),
        'copies: ""',
        _("# Pictures and files beside this one, or addresses that begin with https://"),
        "evidence: []",
        "---",
        "",
        _("Notes on the activity; they are kept in this file only."),
        "",
    ]
    return "\n".join(lines)


def _sites(config: Config) -> list[str]:
    """Return the lines about sites, where there are several to choose from."""
    if len(config.sites) < 2:
        return []
    sites = (f"{name} ({_named(config, name)})" for name in config.sites)
    groups = (f"{name} ({', '.join(sites)})" for name, sites in config.groups.items())
    return [
        _("# Where to publish, one or more of:"),
        *(f"#   {choice}" for choice in (*sites, *groups)),
        f"sites: [{', '.join(config.default_sites)}]",
    ]


def _named(config: Config, name: str) -> str:
    site = config.sites[name]
    return site.label or (site.kind.title() if site.abilities.short else config.owner(name))


def _social(config: Config) -> list[str]:
    """Return the lines about channels of social networks, where there are any."""
    if not any(site.abilities.short for site in config.sites.values()):
        return []
    return [
        _("# What social networks say beside the link; the title and the excerpt without it."),
        _('# One text for each: social: {facebook: "...", zalo: "..."}'),
        '# social: ""',
    ]


def _template(config: Config, title: str, kind: str, theme: str, now: datetime) -> str:
    if kind in ACTIVITIES:
        return _activity_template(config, title, kind, theme, now)
    quoted = json.dumps(nfc(title), ensure_ascii=False)
    kinds = _listed(WEB_KINDS)
    themes = "\n".join(f"#   {code}: {label}" for code, label in config.themes.items())
    lines = [
        "---",
        f"title: {quoted}",
        _("# Kind, one of: {kinds}").format(kinds=kinds),
        f"kind: {kind}",
        _("# Theme of the plan, one of:"),
        themes,
        f"theme: {theme}",
        _("# When to publish; a time that lies ahead waits."),
        f"date: {now:%d/%m/%Y %H:%M}",
        _("# draft: still being written, never sent. Change it to ready when it is done."),
        "status: draft",
        _("# Only if wanted: goes first; on no site before; withdrawn by itself after."),
        "# priority: urgent",
        f"# embargo: {now:%d/%m/%Y %H:%M}",
        f"# expire: {now + timedelta(days=30):%d/%m/%Y}",
        _("# One or two sentences that stand in lists of posts."),
        'excerpt: ""',
        "authors: []",
        'source: ""',
        'unit: ""',
        "categories: []",
        "tags: []",
        *_sites(config),
        *_social(config),
        "---",
        "",
        _("Write the text here. Leave a line empty between paragraphs."),
        "",
        _("## A heading within the text"),
        "",
        _("A picture lies beside this file or in media/; describe it between the brackets:"),
        "",
        _('`![What the picture shows](picture.jpg "Caption")`'),
        "",
    ]
    return "\n".join(lines)
