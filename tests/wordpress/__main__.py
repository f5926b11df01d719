"""Run one WordPress in the foreground, for trying the publisher by hand.

``python -m tests.wordpress 7.1 --port 8181``, from the top of the repository and after
``python tests/install.py``. It prints the address and the application password of the
editor ``bientap`` (who logs in to wp-admin with the password ``bientap``). Then::

    [sites.so-khcn]
    kind = "wordpress"
    url = "http://127.0.0.1:8181"
    user = "bientap"

    PUBLISHER_PASSWORD_SO_KHCN="..." publisher publish

Ctrl-C ends the site, and nothing of it is left.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys

from tests.wordpress import VERSIONS, missing, running_wordpress


def main() -> int:
    """Run a site until it is interrupted; return 1 when something it needs is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.wordpress", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("version", choices=VERSIONS)
    parser.add_argument("--port", type=int, default=8181, help="8181 when not given")
    chosen = parser.parse_args()
    reason = missing(chosen.version)
    if reason:
        print(reason, file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        contextlib.suppress(KeyboardInterrupt),
        running_wordpress(chosen.version, chosen.port) as site,
    ):
        editor = ("user", "create", "bientap", "bientap@example.org", "--user_pass=bientap")
        site.wp(*editor, "--role=editor")
        create = ("user", "application-password", "create", "bientap", "publisher")
        print(f"WordPress {chosen.version}: {site.url}")
        print(f"bientap: {site.wp(*create, '--porcelain')}", flush=True)
        signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main())
