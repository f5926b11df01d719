"""The settings of bulletins and leaflets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from publisher.config.noticing import Address
from publisher.config.reporting import Section
from publisher.config.values import Text, fail

_NUMBER = re.compile(r"0*([1-9]\d{0,2})/(\d{4})")


def _number(value: str) -> str:
    if value and not _NUMBER.fullmatch(value):
        raise fail("config-issue", value=value)
    return value


def _list(value: Path) -> Path:
    if any(ord(c) < 32 for c in str(value)):  # "D:\tin" is a tab in TOML
        raise fail("toml-backslash")
    return value


class BulletinSettings(Section):
    """The bulletin that goes out of each period, and what leaflets say beside the item.

    feedback: lines that say where phản ánh, kiến nghị are taken; () is what ``[organisation]``
    says: its name, telephone numbers, mail addresses. responsible: who answers for the content.
    by: how items are grouped. themes: the order of the themes, () for that of ``[themes]``.
    full: whether items are printed whole. number_start: the first number that the program gives,
    such as "4/2023", where earlier ones of that year were made by hand. site: whose addresses
    are printed, "" for the first one of config.toml that an item stands on. theme, unit: what
    the log says of a bulletin. recipients, recipients_file:
    who gets it by mail, here and in a text file below the folder of config.toml. pause: seconds
    between two mails.
    """

    name: Text = "Bản tin Cải cách hành chính"
    feedback: tuple[Text, ...] = ()
    responsible: Text = ""
    by: Literal["theme", "kind"] = "theme"
    themes: tuple[Text, ...] = ()
    full: bool = False
    number_start: Annotated[Text, AfterValidator(_number)] = ""
    site: Text = ""
    theme: Text = ""
    unit: Text = ""
    recipients: tuple[Address, ...] = ()
    recipients_file: Annotated[Path, AfterValidator(_list)] | None = None
    pause: float = Field(default=1.0, ge=0, le=60)

    def first_number(self, year: int) -> int:
        """Return the first number of a year."""
        found = _NUMBER.fullmatch(self.number_start)
        return int(found[1]) if found and int(found[2]) == year else 1
