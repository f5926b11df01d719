"""Reports as documents: the figures of a period in the form that an office hands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from publisher.config import Config
from publisher.reports.composing import compose
from publisher.reports.content import Content, Issue, Part, Profile
from publisher.reports.tables import Labels
from publisher.run.reporting import Report

FORMATS = ("docx", "xlsx", "html", "pdf", "csv", "md")
"""Forms of a document, each the ending of its file."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which document is wanted.

    dated: its day, which also says whose name it bears. number: "" when it has none yet.
    start: number of the heading of a section. template: name and bytes of an office's own
    DOCX document.
    """

    form: str
    dated: date
    part: Part = Part.FULL
    number: str = ""
    start: str = ""
    template: tuple[str, bytes] | None = None


def document(config: Config, made: Report, wish: Wish) -> bytes:
    """Return a report as the bytes of a file. Raise DocumentError, ContentError.

    Only the library of the form that is wanted is loaded.
    """
    labels = Labels(
        config.themes, {name: site.label or name for name, site in config.sites.items()}
    )
    content = compose(
        made.figures,
        made.royalties,
        _issue(config, wish),
        labels,
        config.schedule.timezone,
        left_out=made.left_out,
    )
    if wish.form == "xlsx":
        from publisher.reports.xlsx import workbook

        return workbook(content, made.figures, labels)
    if wish.form == "csv":
        from publisher.reports.csv import table

        return table(made.figures, labels)
    if wish.form == "md":
        from publisher.reports.markdown import text

        return text(content, wish.part, wish.start).encode()
    if wish.form == "html":
        return _page(content, wish)().encode()
    if wish.form == "pdf":
        from publisher.reports.pdf import pdf

        # The page knows nothing of an office's own template.
        return pdf(_docx(content, wish), None if wish.template else _page(content, wish))
    return _docx(content, wish)


def _docx(content: Content, wish: Wish) -> bytes:
    if wish.template:
        from publisher.reports.docx_template import fill

        name, template = wish.template
        return fill(template, name, content, wish.start)
    from publisher.reports.docx_document import docx

    return docx(content, wish.part, wish.start)


def _page(content: Content, wish: Wish) -> Callable[[], str]:
    def page() -> str:
        from publisher.reports import html

        return html.page(content, wish.part, wish.start)

    return page


def _issue(config: Config, wish: Wish) -> Issue:
    profile = config.organisation.on(wish.dated)
    return Issue(
        Profile(
            name=profile.name,
            parent=profile.parent,
            symbol=profile.symbol,
            place=profile.place,
            signer_title=profile.signer_title,
            signer=profile.signer,
            recipients=profile.recipients,
            addressees=profile.addressees,
            archive=profile.archive,
        ),
        wish.dated,
        config.report.subject,
        number=wish.number,
        bases=config.report.bases,
    )


def missing(config: Config, dated: date) -> tuple[str, ...]:
    """Return what the title block and the signature lack: keys of ``[organisation]``."""
    profile = config.organisation.on(dated)
    wanted = ("name", "parent", "symbol", "place", "signer_title", "signer")
    return tuple(key for key in wanted if not getattr(profile, key))
