"""The service's own log file: what the screen would show, for whoever looks later.

Not the publication log: this one says how the service fares, grows old and is thrown away.
"""

from __future__ import annotations

import contextlib
import logging
import re
import sys
import time
from datetime import datetime, tzinfo
from gettext import gettext as _
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from publisher import masking
from publisher.config import Config

LOGGER = "publisher"

_PATIENCE = 60.0
"""Seconds until a file that could not be put aside is tried again."""

_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")


def path_of(config: Config) -> Path:
    """Return the path of the log file."""
    return config.state / "logs" / "publisher.log"


def set_up(config: Config, zone: tzinfo) -> logging.Logger:
    """Return the logger that writes the log file, whatever was set up before.

    Whoever logs something never hears of it: a full disk, a folder that can't be written or a
    file that a virus scanner holds costs lines of this file, not the service. Warnings of
    libraries come into it too. zone: of the dates in it.
    """
    settings = config.service
    handler = _Handler(path_of(config), settings.log_size_mb * 1024 * 1024, settings.log_keep)
    handler.setFormatter(_Formatter(zone))
    take_down()
    logging.getLogger().addHandler(handler)
    logger = logging.getLogger(LOGGER)
    logger.setLevel(logging.INFO)
    return logger


def take_down() -> None:
    """Close the log file, if one is open."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, _Handler):
            root.removeHandler(handler)
            handler.close()


class _Formatter(masking.Formatter):
    """A line for each event: date in the office's zone, level in words, message."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__("%(message)s")
        self._zone = zone

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record; what does not fit its line is indented below it."""
        moment = datetime.fromtimestamp(record.created, self._zone)
        text = super().format(record).replace("\r\n", "\n").replace("\r", "\n")
        # Nothing in a title or a site's answer can look like another line of the log.
        first, *rest = (_CONTROL.sub("?", line) for line in _STYLE.sub("", text).split("\n"))
        start = f"{moment:%d/%m/%Y %H:%M:%S}  {_level(record.levelno):<8}  {first}"
        return "\n    ".join([start.rstrip(), *(line.rstrip() for line in rest if line.strip())])


def _level(number: int) -> str:
    if number >= logging.ERROR:
        return _("error")
    if number >= logging.WARNING:
        return _("warning")
    return _("note") if number >= logging.INFO else _("detail")


class _Handler(RotatingFileHandler):
    """A rotating file that is written again as soon as that is possible."""

    def __init__(self, path: Path, size: int, keep: int) -> None:
        # Opened at the first line: that the folder can't be written is no reason to stop.
        super().__init__(
            path, maxBytes=size, backupCount=keep, encoding="utf-8", errors="replace", delay=True
        )
        self._rests_until = 0.0
        self._told = self._failed = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; never raise."""
        if self.stream and not Path(self.baseFilename).exists():
            self._let_go()  # somebody deleted it: what is written would be seen by nobody
        self._failed = False
        super().emit(record)
        self._told = self._told and self._failed

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def _let_go(self) -> None:
        stream, self.stream = self.stream, None
        with contextlib.suppress(OSError):  # what is left in it still can't be written
            if stream:
                stream.close()

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802
        """Return whether the file is full, and was not found held a moment ago."""
        if time.monotonic() < self._rests_until:
            return False
        return bool(super().shouldRollover(record))

    def doRollover(self) -> None:  # noqa: N802
        """Put the full file aside; when something holds it, go on in it."""
        try:
            super().doRollover()
        except OSError:
            self._rests_until = time.monotonic() + _PATIENCE
            if self.stream is None:
                self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802
        """Say once on the screen that lines are lost; the service goes on."""
        self._failed = True
        if self.stream:  # what was not written shall not come later, amid another line
            self._let_go()
        if not self._told and sys.stderr:
            self._told = True
            error = sys.exc_info()[1]
            reason = getattr(error, "strerror", None) or type(error).__name__
            line = _("The log file can't be written: {reason} ({file})")
            sys.stderr.write(line.format(reason=reason, file=self.baseFilename) + "\n")
