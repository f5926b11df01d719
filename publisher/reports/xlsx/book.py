"""Figures → a workbook: which sheets it has, and in which order."""

from __future__ import annotations

from io import BytesIO

import xlsxwriter

from publisher.reports.content import Content
from publisher.reports.tables import Labels
from publisher.reports.xlsx import lists, summary, sums
from publisher.reports.xlsx.sheet import Source, Styles
from publisher.tally import Figures


def workbook(content: Content, figures: Figures, labels: Labels) -> bytes:
    """Return the workbook behind a report, as XLSX.

    The lists hold plain values; every figure is a formula over them, with its value beside it
    for programs that do not calculate. Texts are written as texts, whatever they begin with.
    """
    file = BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_format_properties": {"font_name": "Times New Roman", "font_size": 12},
        },
    )
    book.set_properties({"title": content.title, "author": content.issue.profile.name})
    source = Source(book, Styles(book), content, figures, labels)
    drawn = summary.summary(source)
    summary.charts(source, drawn)
    lists.items(source)
    lists.activities(source)
    sums.theme_months(source)
    sums.targets(source)
    sums.royalties(source)
    lists.payments(source)
    lists.remarks(source)
    book.close()
    return file.getvalue()
