"""Messages to people outside this program: the only room that sends mail, posts and pings."""

from publisher.notify.channels import check, send, service
from publisher.notify.mail import Inline, Mail, MailServer, deliver
from publisher.notify.message import Message
from publisher.notify.ping import ping
from publisher.notify.within import within

__all__ = [
    "Inline",
    "Mail",
    "MailServer",
    "Message",
    "check",
    "deliver",
    "ping",
    "send",
    "service",
    "within",
]
