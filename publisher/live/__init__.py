"""The live pages: posts as they will look while they are written, and the guide.

Shown by a small web server on this machine alone; nothing is changed and nothing leaves it.
"""

from publisher.live.answers import Answer, Frame
from publisher.live.desk import Desk
from publisher.live.guide import Guide, guide_text
from publisher.live.server import LocalServer
from publisher.live.watching import Watcher

__all__ = ["Answer", "Desk", "Frame", "Guide", "LocalServer", "Watcher", "guide_text"]
