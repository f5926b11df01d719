"""An office for tests: a folder with posts, pictures and config.toml, and the real program."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from PIL import Image

from publisher.__main__ import main
from tests.wordpress import WordPress


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Office:
    """A clerk's folder. ``run`` is the whole program but for the start of the interpreter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ: dict[str, str] = {}
        self._sites: list[str] = []
        (folder / "posts").mkdir(parents=True)
        (folder / "media").mkdir()
        self.configure("")

    def configure(self, text: str) -> None:
        """Write config.toml: what is given, then the sites."""
        self._head = text
        self._write_config()

    def _write_config(self) -> None:
        text = "\n".join([self._head, *self._sites])
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    def wordpress(
        self,
        site: WordPress,
        role: str = "editor",
        name: str = "so-khcn",
        url: str = "",
        password: str = "",
        **settings: object,
    ) -> None:
        """Add a WordPress site to config.toml, with the account of a role."""
        user, known = site.passwords[role]
        values = {"kind": "wordpress", "url": url or site.url, "user": user, **settings}
        lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
        self._sites.append("\n".join([f"[sites.{name}]", *lines, ""]))
        self.environ[f"PUBLISHER_PASSWORD_{name.upper().replace('-', '_')}"] = password or known
        self._write_config()

    def site(self, name: str, secret: str, **settings: object) -> None:
        """Add a site of any kind to config.toml, with its password or token."""
        lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
        self._sites.append("\n".join([f"[sites.{name}]", *lines, ""]))
        self.environ[f"PUBLISHER_PASSWORD_{name.upper().replace('-', '_')}"] = secret
        self._write_config()

    def post(self, name: str, body: str = "Nội dung.", **front: object) -> Path:
        """Write a post; front matter values as JSON, which is YAML too."""
        values = {"kind": "tin", "theme": "ket-qua", "date": "15/03/2023 08:00", **front}
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
        return self.file(f"posts/{name}", "\n".join(["---", *lines, "---", "", body, ""]))

    def file(self, name: str, text: str) -> Path:
        """Write a text file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def picture(
        self, name: str, size: tuple[int, int] = (640, 480), colour: str = "navy", **save: object
    ) -> Path:
        """Draw a picture."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        kind = "PNG" if path.suffix.lower() == ".png" else "JPEG"
        Image.new("RGB", size, colour).save(path, kind, **save)
        return path

    def run(self, *arguments: str, environ: Mapping[str, str] | None = None) -> Ran:
        """Run the program with this folder's config.toml; never from another folder's state."""
        out, err = io.StringIO(), io.StringIO()
        given = ["--config", str(self.folder / "config.toml"), *arguments]
        clean = {k: v for k, v in os.environ.items() if not k.startswith("PUBLISHER_PASSWORD")}
        with (
            patch.dict(os.environ, {**clean, **self.environ, **(environ or {})}, clear=True),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            status = main(given)
        return Ran(int(status), out.getvalue(), err.getvalue())

    def publish(self, *arguments: str) -> list[dict[str, Any]]:
        """Publish, and return the outcomes."""
        outcomes: list[dict[str, Any]] = self.run("publish", "--json", *arguments).json["outcomes"]
        return outcomes

    def plan(self, *arguments: str) -> list[dict[str, Any]]:
        """Plan, and return the actions."""
        actions: list[dict[str, Any]] = self.run("plan", "--json", *arguments).json["actions"]
        return actions
