"""Windows: the definition of a scheduled task, registered with ``schtasks``.

The form is that of [MS-TSCH] 2.5, version 1.2, which every Windows since 7 understands.
"""

from __future__ import annotations

import locale
import subprocess
import tempfile
from collections.abc import Mapping
from gettext import gettext as _
from pathlib import Path
from xml.etree import ElementTree as ET

from publisher.errors import ServiceError
from publisher.model import Problem, Where
from publisher.service.definition import Definition, Standing

NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"

_SETTINGS = {
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "StartWhenAvailable": "true",
    "RunOnlyIfNetworkAvailable": "false",
    "AllowStartOnDemand": "true",
    "Enabled": "true",
    "Hidden": "false",
    "RunOnlyIfIdle": "false",
    "WakeToRun": "false",
    "ExecutionTimeLimit": "PT0S",  # none
}


def task(definition: Definition) -> bytes:
    """Return the XML of a task, in UTF-16 as ``schtasks`` wants it."""
    root = ET.Element("Task", {"version": "1.2", "xmlns": NAMESPACE})
    about = _child(root, "RegistrationInfo")
    _child(about, "Source", definition.mark)
    _child(about, "Description", f"Publisher: {definition.title}")
    _trigger(_child(root, "Triggers"), definition)
    principal = _child(_child(root, "Principals"), "Principal", id="Author")
    _child(principal, "UserId", definition.user)
    _child(principal, "LogonType", "Password" if definition.system else "InteractiveToken")
    _child(principal, "RunLevel", "LeastPrivilege")
    settings = _child(root, "Settings")
    for name, value in _SETTINGS.items():
        _child(settings, name, value)
    again = _child(settings, "RestartOnFailure")
    _child(again, "Interval", "PT1M")
    _child(again, "Count", "255")
    action = _child(_child(root, "Actions", Context="Author"), "Exec")
    # Without a console window, which somebody would close.
    python = definition.python.with_name(definition.python.name.replace("python.", "pythonw."))
    _child(action, "Command", str(python))
    _child(action, "Arguments", subprocess.list2cmdline(definition.arguments))
    _child(action, "WorkingDirectory", str(definition.settings.parent))
    ET.indent(root)
    # ElementTree writes the byte order mark and names the encoding in the first line.
    content: bytes = ET.tostring(root, encoding="utf-16", xml_declaration=True)
    return content


def _trigger(triggers: ET.Element, definition: Definition) -> None:
    trigger = _child(triggers, "BootTrigger" if definition.system else "LogonTrigger")
    _child(trigger, "Enabled", "true")
    # RestartOnFailure is for a task that could not be started ([MS-TSCH] 2.5.4.2). One that
    # ended is started by the next of these; one that runs is left alone (IgnoreNew).
    repetition = _child(trigger, "Repetition")
    _child(repetition, "Interval", "PT10M")
    _child(repetition, "StopAtDurationEnd", "false")
    if not definition.system:
        _child(trigger, "UserId", definition.user)


def _child(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, name, attributes)
    child.text = text or None
    return child


def account(environ: Mapping[str, str]) -> str:
    """Return the name of whoever is logged on, with the domain of the account."""
    domain, user = environ.get("USERDOMAIN", ""), environ.get("USERNAME", "")
    return f"{domain}\\{user}" if domain else user


def register(definition: Definition) -> None:
    """Register the task, in place of an older one of this folder, and start it.

    A task that runs while nobody is logged on needs the Windows password: ``schtasks`` asks
    for it and Windows keeps it. Raise ServiceError when the name is taken or Windows refuses.
    """
    found = standing(definition.name)
    if found:
        _own(found, definition)
    with tempfile.TemporaryDirectory(prefix="publisher-") as folder:
        file = Path(folder) / "task.xml"
        file.write_bytes(task(definition))
        create = ["/Create", "/TN", definition.name, "/XML", str(file)]
        if definition.system:
            create += ["/RU", definition.user, "/RP", "*"]
        _schtasks(*create, *(["/F"] if found else []), asks=definition.system)
    _schtasks("/Run", "/TN", definition.name)


def delete(definition: Definition) -> None:
    """End the task of this folder and delete it. Raise ServiceError when there is none."""
    found = standing(definition.name)
    if found is None:
        raise ServiceError(Problem("service-missing", Where(), {"name": definition.name}))
    _own(found, definition)
    _call("/End", "/TN", definition.name)  # one that does not run can't be ended
    _schtasks("/Delete", "/TN", definition.name, "/F")


def standing(name: str) -> Standing | None:
    """Return how a task is, None when there is none.

    Whether it runs is not asked: ``schtasks`` answers in the language of Windows.
    """
    done = _call("/Query", "/TN", name, "/XML")
    if done.returncode:
        return None
    # Its encoding is the console's, or UTF-16: what we look for is ASCII in both.
    text = done.stdout.replace(b"\0", b"").decode("ascii", "replace")
    _before, source, rest = text.partition("<Source>publisher:")
    mark = f"publisher:{rest.partition('<')[0]}" if source else ""
    return Standing(name, mark)


def _own(found: Standing, definition: Definition) -> None:
    if found.mark != definition.mark:
        code = "service-other" if found.mark else "service-foreign"
        raise ServiceError(Problem(code, Where(), {"name": definition.name}))


def _call(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["schtasks", *arguments], capture_output=True, check=False)
    except OSError as error:
        raise ServiceError(Problem("service-manager")) from error


def _schtasks(*arguments: str, asks: bool = False) -> None:
    """Run schtasks, in the clerk's console when it asks for something."""
    if asks:
        status = subprocess.run(["schtasks", *arguments], check=False).returncode
        said = _("see above")
    else:
        done = _call(*arguments)
        status = done.returncode
        spoken = (done.stderr or done.stdout).decode(locale.getencoding(), "replace")
        said = " ".join(spoken.split())
    if status:
        params = {"command": f"schtasks {arguments[0]}", "error": said}
        raise ServiceError(Problem("service-failed", Where(), params))
