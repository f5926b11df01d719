"""The report: a period, its figures and charts, and the documents made of them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date

from flask import Response, abort, render_template, request
from markupsafe import Markup

from publisher import messages, periods, run
from publisher.config import Config
from publisher.model import Period, Span
from publisher.reports import charts
from publisher.tally import Figures
from publisher.text import slugify
from publisher.web import words
from publisher.web.desk import Desk
from publisher.web.pages.dates import day_of
from publisher.web.rights import Right, Route

_FORMS: Mapping[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}
_SPANS: Mapping[str, int] = {"year": 0, "nine-months": 0, "half": 2, "quarter": 4, "month": 12}
_CHARTS = ("month", "theme", "kind", "site")
# A document takes memory and, for PDF, a whole office program: one at a time.
_MAKING = threading.Lock()


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of this room."""

    def report() -> str:
        config = desk.config()
        period, wrong = _chosen(desk, config)
        made = desk.board.report(period)
        figures = made.figures
        return render_template(
            "report.html",
            period=period,
            wrong=wrong,
            figures=figures,
            left_out=made.left_out,
            config=config,
            charts=list(_charts(figures, config)),
            span_choices=[(code, words.span(code)) for code in _SPANS],
            query=_query(period),
            missing=run.missing(config, _today(desk, config)),
        )

    def download() -> Response:
        config = desk.config()
        form = request.args.get("form", "")
        if form not in _FORMS:
            abort(404)
        period, wrong = _chosen(desk, config)
        if wrong:
            abort(400)
        made = desk.board.report(period)
        wish = run.Wish(form, _today(desk, config))
        with _MAKING:
            content = run.document(config, made, wish)
        response = Response(content, content_type=_FORMS[form])
        name = f"bao-cao-{slugify(messages.period(period))}.{form}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    return [
        Route("/bao-cao", "report", report, Right.SEE),
        Route("/bao-cao/tai", "download", download, Right.SEE),
    ]


def _today(desk: Desk, config: Config) -> date:
    return desk.now().astimezone(config.schedule.timezone).date()


def _chosen(desk: Desk, config: Config) -> tuple[Period, str]:
    """Return the period that an address names, this year's when none; and what is wrong."""
    today = _today(desk, config)
    this_year = run.closed(config, periods.of(Span.YEAR, today))
    zone = config.schedule.timezone
    span = request.args.get("span", "")
    if span == Span.DAYS.value:
        first, last = (day_of(request.args.get(n, "").strip(), zone) for n in ("from", "to"))
        if first is None or last is None:
            return this_year, "days"
        if last < first:
            return this_year, "order"
        return Period(first, last), ""
    year = request.args.get("year", this_year.year, type=int)
    if not span or not 2000 <= year <= 2100:
        return this_year, "year" if span else ""
    if span not in _SPANS:
        return this_year, "span"
    number = request.args.get("number", 1, type=int)
    most = _SPANS[span]
    if most and not 1 <= number <= most:
        return this_year, "number"
    makers = {"half": periods.half, "quarter": periods.quarter, "month": periods.month}
    if span in makers:
        return run.closed(config, makers[span](year, number)), ""
    whole = periods.year(year) if span == "year" else periods.nine_months(year)
    return run.closed(config, whole), ""


def _query(period: Period) -> dict[str, object]:
    """Return the address of a period."""
    if period.span is Span.DAYS:
        days = {"from": period.first, "to": period.last}
        return {"span": "days", **{name: f"{day:%d/%m/%Y}" for name, day in days.items()}}
    number = {"number": period.number} if _SPANS[period.span.value] else {}
    return {"span": period.span.value, "year": period.year, **number}


def _charts(figures: Figures, config: Config) -> list[tuple[str, Markup]]:
    made = []
    for group in _CHARTS:
        counts = figures.by.get(group, {})
        of = figures.months if group == "month" else [n for n in counts.values() if n]
        if not figures.total or len(of) < 2:
            continue  # one bar alone says no more than the figure
        title = messages.field(group)
        if group == "month":
            codes = ((code.partition("-"), counts.get(code, 0)) for code in figures.months)
            bars = list(charts.by_year((year, month, n) for (year, _, month), n in codes))
        else:
            ordered = sorted(counts.items(), key=lambda pair: -pair[1])
            bars = [charts.Bar(label(group, code, config), n) for code, n in ordered if n]
        alt = "; ".join(f"{bar.label} {bar.value}" for bar in bars)
        draw = charts.columns if group == "month" else charts.rows
        svg = draw(bars, charts.Said(f"chart-{group}", title, alt))
        made.append((title, Markup(svg)))  # noqa: S704  every word in it is escaped
    return made


def label(group: str, code: str, config: Config) -> str:
    """Return the label of a value of a breakdown."""
    if not code:
        return "–"
    if group == "kind":
        return messages.kind(code)
    if group == "theme":
        return config.themes.get(code, code)
    if group == "site":
        site = config.sites.get(code)
        return site.label or code if site else code
    return code
