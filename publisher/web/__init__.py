"""The web desk: how things stand and what can be done about it, in a browser.

On this machine a one-time link lets the local office in; elsewhere people have accounts.
"""

from publisher.web.app import create
from publisher.web.desk import Desk
from publisher.web.gate import Doors
from publisher.web.server import Server

__all__ = ["Desk", "Doors", "Server", "create"]
