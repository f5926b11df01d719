"""Real WordPress sites to test against: the newest, and the oldest that is supported."""

from tests.wordpress.sites import VERSIONS, WordPress, missing, running_wordpress

__all__ = ["VERSIONS", "WordPress", "missing", "running_wordpress"]
