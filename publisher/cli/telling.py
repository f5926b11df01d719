"""What is told while a bulletin is made and handed out."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _
from gettext import ngettext

import click

from publisher.cli.output import as_text, problem_json, show_problems
from publisher.model import Problem
from publisher.reports.printed.content import Story
from publisher.run import MadeBulletin


class Telling:
    """What is told while a bulletin is made: at once to people, at the end to machines."""

    def __init__(self, made: MadeBulletin, *, quiet: bool) -> None:
        self.made = made
        self.quiet = quiet
        self._values: dict[str, object] = {}
        self._problems: list[Problem] = []

    def line(self, text: str) -> None:
        """Tell people a line."""
        if not self.quiet:
            click.echo(text)

    def problems(self, problems: Sequence[Problem]) -> None:
        """Tell people, and at the end machines, what was noticed."""
        self._problems += problems
        if not self.quiet:
            show_problems(problems)

    def add(self, name: str, value: object) -> None:
        """Keep something for machines."""
        self._values[name] = value

    def summary(self) -> None:
        """Show what would be in it, and how to go on."""
        said = self.made.bulletin
        count = len(list(said.stories))
        items = ngettext("{n} item", "{n} items", count).format(n=count)
        self.line(f"{said.title} ({said.period}): {items}, {said.days}")
        if said.lead:
            self.line(f"  {_('First')}: {said.lead.title}")
        for chapter in said.chapters:
            self.line(f"  {chapter.title}")
            for story in chapter.stories:
                self.line(f"    {story.day:%d/%m/%Y}  {story.title}")
        if self.made.is_issued:
            self.line(_("It was issued as it is."))
        elif self.made.issued and not self.made.issued.withdrawn:
            self.line(_("It was issued, but says something else now."))
        else:
            self.line(_("It was not issued."))
        name = f"ban-tin-{self.made.key.rpartition('/')[2]}"
        self.line(_("To make the file: -o {name}.docx; to issue it: --issue -o {name}.pdf").format(
            name=name
        ))  # fmt: skip

    def json(self) -> None:
        """Print all of it."""
        said = self.made.bulletin
        items = [
            {"key": story.key, "title": story.title, "day": story.day.isoformat(),
             "url": story.url, "chapter": title}
            for title, stories in _chapters(self.made)
            for story in stories
        ]  # fmt: skip
        values = {
            "key": self.made.key,
            "number": said.number,
            "title": said.title,
            "issued": self.made.is_issued,
            "items": items,
            **self._values,
            "problems": [problem_json(problem) for problem in self._problems],
        }
        click.echo(as_text(values))


def _chapters(made: MadeBulletin) -> Sequence[tuple[str, Sequence[Story]]]:
    said = made.bulletin
    first = [("", (said.lead,))] if said.lead else []
    return [*first, *((chapter.title, chapter.stories) for chapter in said.chapters)]
