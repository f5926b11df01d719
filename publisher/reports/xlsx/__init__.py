"""The workbook of a report: every item, and figures that Excel adds up from them itself."""

from publisher.reports.xlsx.book import workbook

__all__ = ["workbook"]
