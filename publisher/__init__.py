"""Publish Markdown posts to websites, keep a log of it, count it for the report."""

__version__ = "0.1.0"
