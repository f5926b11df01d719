"""The scheduler that is left alone: publishes what is due, for months."""

from publisher.service.crew import Crew, Herald, Watchdog
from publisher.service.loop import serve
from publisher.service.signals import Signals, listening
from publisher.service.ticks import Rest, Tick

__all__ = ["Crew", "Herald", "Rest", "Signals", "Tick", "Watchdog", "listening", "serve"]
