"""Mail through the office's own server (RFC 5321, 5322), encrypted on its way (RFC 3207, 8314)."""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, make_msgid

from publisher.errors import NoticeError
from publisher.hosts import is_loopback
from publisher.masking import hide, masked
from publisher.model import Problem
from publisher.notify.message import Message as Text

_TIMEOUT = 15.0  # seconds, for each step of the conversation
_TLS_AT_ONCE = 465


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. sender: its address; name: what readers see as the sender."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Inline:
    """A picture within a letter, which its page shows as ``cid:NAME``."""

    name: str
    content: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to some addresses.

    page: the same as HTML, "" for none, with its pictures. listed: whether it goes to a list,
    which readers can leave by an answer (RFC 2369).
    """

    to: tuple[str, ...]
    message: Text
    page: str = ""
    pictures: tuple[Inline, ...] = ()
    listed: bool = False


def deliver(
    server: MailServer,
    mails: Sequence[Mail],
    now: datetime,
    tell: Callable[[int, Problem | None], None],
    *,
    begin: Callable[[int], None] = lambda _: None,
    pause: float = 0.0,
) -> None:
    """Hand in mails over one connection. Raise NoticeError when there is none to be had.

    now: aware, in the office's zone. tell: told of every mail, by its number, why it was not
    taken, or None. begin: told of every mail before it is handed in: one that nobody was told
    of afterwards may have arrived or not. pause: seconds between two mails.
    """
    hide(server.password, server.user)  # should the server repeat it
    try:
        with _connected(server) as connection:
            for number, mail in enumerate(mails):
                if number:
                    time.sleep(pause)
                    # A server that hung up meanwhile is noticed while no mail is under way.
                    connection.noop()
                begin(number)
                tell(number, _sent(connection, server, mail, now))
    except NoticeError:
        raise
    except smtplib.SMTPAuthenticationError:
        params = {"host": server.host, "user": server.user}
        raise NoticeError(Problem("mail-auth", params=params)) from None
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or type(error).__name__
        params = {"host": server.host, "reason": reason}
        raise NoticeError(Problem("mail-tls", params=params)) from None
    except smtplib.SMTPException as error:
        raise NoticeError(_refused(server, error)) from None
    except socket.gaierror:
        raise NoticeError(Problem("mail-dns", params={"host": server.host})) from None
    except OSError:
        where = f"{server.host}:{server.port}"
        raise NoticeError(Problem("mail-unreachable", params={"host": where})) from None


def _connected(server: MailServer) -> smtplib.SMTP:
    """Return a connection that is encrypted and knows who we are."""
    context = ssl.create_default_context()
    if server.port == _TLS_AT_ONCE:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=_TIMEOUT, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT)
    try:
        connection.ehlo()
        if server.port != _TLS_AT_ONCE:
            if connection.has_extn("starttls"):
                connection.starttls(context=context)
                connection.ehlo()
            elif not is_loopback(server.host):
                raise NoticeError(Problem("mail-plain", params={"host": server.host}))
        if server.user and server.password:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _sent(
    connection: smtplib.SMTP, server: MailServer, mail: Mail, now: datetime
) -> Problem | None:
    """Hand in one mail; return why it was not taken. ``final``: another try would not help."""
    try:
        refused = connection.send_message(_letter(server, mail, now), server.sender, mail.to)
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    except smtplib.SMTPResponseException as error:
        with suppress(smtplib.SMTPServerDisconnected):  # it hung up with its answer
            connection.rset()
        return _refused(server, error)
    if not refused:
        return None
    status, said = next(iter(refused.values()))
    # Sent again, it would come twice to those who were not refused.
    final = status >= 500 or len(refused) < len(mail.to)
    params = {"to": ", ".join(refused), "reason": _text(said), "final": final}
    return Problem("mail-recipient", params=params)


def _letter(server: MailServer, mail: Mail, now: datetime) -> Message:
    # The older of Python's two ways to write headers: the newer one loses spaces between
    # encoded words (before Python 3.13).
    charset = Charset("utf-8")
    charset.body_encoding = QP
    letter: Message = MIMEText(mail.message.body, "plain", charset)  # type: ignore[arg-type]
    if mail.page:
        letter = _both(letter, mail, charset)
    letter["Subject"] = _encoded(mail.message.header, "Subject")
    name = _encoded(Text(server.name, "").header, "From")
    letter["From"] = f"{name} <{server.sender}>" if name else server.sender
    letter["To"] = ", ".join(mail.to)
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = make_msgid(domain=server.sender.rpartition("@")[2])
    if mail.listed:
        letter["List-Unsubscribe"] = f"<mailto:{server.sender}?subject=unsubscribe>"
    # RFC 3834: no holiday answer comes back to it.
    letter["Auto-Submitted"] = "auto-generated"
    return letter


def _both(text: Message, mail: Mail, charset: Charset) -> Message:
    """Return a letter that is plain text and a page with its pictures (RFC 2046, 2387)."""
    page = MIMEText(mail.page, "html", charset)  # type: ignore[arg-type]
    whole: Message = page
    if mail.pictures:
        whole = MIMEMultipart("related", type="text/html")
        whole.attach(page)
        for picture in mail.pictures:
            part = MIMEImage(picture.content, picture.mime.partition("/")[2])
            part["Content-ID"] = f"<{picture.name}>"
            part["Content-Disposition"] = "inline"
            whole.attach(part)
    letter = MIMEMultipart("alternative")
    letter.attach(text)
    letter.attach(whole)
    return letter


def _encoded(text: str, header: str) -> str:
    return Header(text, "utf-8", header_name=header).encode() if text else ""


def _refused(server: MailServer, error: smtplib.SMTPException) -> Problem:
    reason, final = type(error).__name__, False
    if isinstance(error, smtplib.SMTPResponseException):
        reason = _text(error.smtp_error) or reason
        final = error.smtp_code >= 500  # a 4xx may pass (RFC 5321, 4.2.1)
    return Problem("mail-refused", params={"host": server.host, "reason": reason, "final": final})


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return masked(" ".join(text.split()))
