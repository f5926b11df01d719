"""A Telegram channel by the Bot API (https://core.telegram.org/bots/api): never tried for real.

The bot is an administrator of the channel. It can't read what stands there: not what it sent
itself, nor what people changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from publisher.abilities import TELEGRAM
from publisher.errors import RefusedError, SiteError
from publisher.model import Draft, RemotePost, SiteInfo, Upload
from publisher.sites.channel import Channel
from publisher.sites.http import Answer

API = "https://api.telegram.org"

# sendPhoto: size, width plus height, and the ratio of the two.
_BYTES = 10 * 1024 * 1024
_PIXELS = 10_000
_RATIO = 20

_PHOTO = "photo/"  # before the numbers of messages whose text is the caption of a picture
_GONE = ("message to edit not found", "message to delete not found", "message_id_invalid")
_RIGHTS = ("not enough rights", "need administrator rights", "chat_admin_required")


class TelegramSite(Channel):
    """One channel. account: ``@name``, or the number of a private one. token: of the bot."""

    abilities = TELEGRAM

    def __init__(self, name: str, url: str, account: str, token: str, **more: Any) -> None:
        super().__init__(name, url or API, account, pause=_pause, **more)
        self._token = token

    def about(self) -> SiteInfo:
        """Prove the token (getMe) and the rights in the channel (getChat, getChatMember)."""
        me = self._call("getMe", {}, reading=True)
        chat = self._call("getChat", {"chat_id": self.account}, reading=True)
        who = {"chat_id": self.account, "user_id": str(me.get("id", ""))}
        member = self._call("getChatMember", who, reading=True)
        owner = member.get("status") == "creator"
        posts = member.get("status") == "administrator" and member.get("can_post_messages")
        can = {"publish", "upload"} if owner or posts else {"read"}
        return SiteInfo(
            name=self.name,
            url=f"https://t.me/{chat['username']}" if chat.get("username") else self._http.url,
            title=str(chat.get("title", "")),
            timezone="",
            user=f"@{me.get('username', '')}",
            can=frozenset(can),
        )

    def software(self) -> str:
        """Return the name of the service."""
        return "Telegram Bot API"

    def find(self, ids: Sequence[str] = (), slugs: Sequence[str] = ()) -> list[RemotePost]:
        """Return nothing: the Bot API has no method that reads messages."""
        return []

    def create(self, draft: Draft) -> RemotePost:
        """Send a message: sendMessage, sendPhoto, or sendMediaGroup for 2-10 pictures."""
        for picture in draft.pictures:
            self._fits(picture)
        if not draft.pictures:
            sent: Any = self._call("sendMessage", {"text": draft.content})
            return self._post(draft, [sent], "")
        if len(draft.pictures) == 1:
            files = {"photo": _file(draft.pictures[0])}
            sent = self._call("sendPhoto", {"caption": draft.content}, files)
            return self._post(draft, [sent], _PHOTO)
        media = [
            # The caption of the first is shown as that of the whole album.
            {
                "type": "photo",
                "media": f"attach://p{n}",
                **({} if n else {"caption": draft.content}),
            }
            for n in range(len(draft.pictures))
        ]
        files = {f"p{n}": _file(picture) for n, picture in enumerate(draft.pictures)}
        several = self._call_any("sendMediaGroup", {"media": json.dumps(media)}, files)
        return self._post(draft, several, _PHOTO)

    def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Change the text (editMessageText, editMessageCaption); the pictures stay."""
        prefix, numbers = _numbers(remote_id)
        method, field = ("editMessageCaption", "caption") if prefix else ("editMessageText", "text")
        fields = {"message_id": numbers[0], field: draft.content}
        try:
            sent = self._call(method, fields)
        except RefusedError as error:
            # It was sent before, and the answer lost: it says what it should.
            if "message is not modified" not in str(error.problems[0].params.get("wp_message")):
                raise
            sent = {}
        post = self._post(draft, [sent], prefix)
        return RemotePost(
            remote_id, post.url or self._url({}, numbers[0]), "publish", draft.link, "",
            draft.content, "", post.shown_at, post.modified_at, dated_by_site=True,
        )  # fmt: skip

    def withdraw(self, remote_id: str) -> RemotePost:
        """Delete a message (deleteMessage), which is possible for 48 hours."""
        _, numbers = _numbers(remote_id)
        gone: list[SiteError] = []
        for number in numbers:
            try:
                self._call_any("deleteMessage", {"message_id": number})
            except RefusedError as error:
                if error.problems[0].code != "site-gone":
                    raise
                gone.append(error)
        if len(gone) == len(numbers):
            raise gone[0]
        return self._deleted(remote_id)

    def _fits(self, picture: Upload) -> None:
        """Raise RefusedError for a picture that sendPhoto does not take."""
        width, height = picture.width, picture.height
        wrong = len(picture.content) > _BYTES or width + height > _PIXELS
        if wrong or max(width, height) > _RATIO * max(1, min(width, height)):
            params = {"name": picture.filename, "width": width, "height": height}
            raise RefusedError(self._http.problem("channel-picture", **params))

    def _post(self, draft: Draft, sent: Sequence[Mapping[str, Any]], prefix: str) -> RemotePost:
        numbers = [str(message.get("message_id", "")) for message in sent]
        first = sent[0]
        at = first.get("date")
        shown_at = datetime.fromtimestamp(at, UTC) if isinstance(at, int) else draft.date
        return RemotePost(
            id=prefix + ",".join(numbers),
            url=self._url(first, numbers[0]) if numbers[0] else "",
            status="publish",
            slug=draft.link,
            title="",
            content=draft.content,
            excerpt="",
            shown_at=shown_at,
            modified_at=shown_at,
            dated_by_site=True,
        )

    def _url(self, message: Mapping[str, Any], number: str) -> str:
        """Return the address of a message: t.me/NAME/1, t.me/c/ID/1 in a private channel."""
        chat = message.get("chat")
        name = str(chat.get("username") or "") if isinstance(chat, dict) else ""
        name = name or (self.account.removeprefix("@") if self.account.startswith("@") else "")
        return f"https://t.me/{name or 'c/' + self.account.removeprefix('-100')}/{number}"

    def _call(
        self,
        method: str,
        fields: Mapping[str, str],
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        *,
        reading: bool = False,
    ) -> Mapping[str, Any]:
        """Call a method that answers with one object."""
        result = self._call_any(method, fields, files, reading=reading)
        return result if isinstance(result, dict) else {}

    def _call_any(
        self,
        method: str,
        fields: Mapping[str, str],
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        *,
        reading: bool = False,
    ) -> Any:
        """Call a method for this channel and return its result. Raise SiteError."""
        address = f"{self._http.url}/bot{self._token}/{method}"
        form = dict(fields) if reading else {"chat_id": self.account, **fields}
        answer = self._http.request(
            "GET" if reading else "POST",
            address,
            params=form if reading else None,
            form=None if reading else form,
            files=files,
        )
        if answer.fields.get("ok") is True:
            result = answer.fields.get("result")
            sends = method.startswith("send")
            whole = _has_numbers(result) if sends else result is not None
            if whole:
                return result
            raise self._failed("site-answer", answer, "", reading=reading)
        raise self._refused(answer, reading=reading)

    def _refused(self, answer: Answer, *, reading: bool) -> SiteError:
        said = str(answer.fields.get("description", ""))
        low, status = said.lower(), answer.status
        # A token that is none makes an address that is none: 404.
        if status in (401, 404):
            return self._failed("site-auth", answer, said, reading=reading, reason="token")
        if status == 429:
            pause = _pause(answer) or ""
            return self._failed(
                "site-rate-limited", answer, said, reading=reading, retry_after=pause
            )
        if status == 403 or any(words in low for words in _RIGHTS):
            return self._failed("site-forbidden", answer, said, reading=reading, reason="channel")
        if any(words in low for words in _GONE):
            return self._failed("site-gone", answer, said, reading=reading)
        if "message can't be deleted" in low:
            return self._failed("channel-late", answer, said, reading=reading)
        if "chat not found" in low:
            return self._failed("channel-unknown", answer, said, reading=reading)
        if status == 413:
            return self._failed("site-too-large", answer, said, reading=reading, name="", size=0)
        if 400 <= status < 500:
            return self._failed("site-refused", answer, said, reading=reading)
        code = "site-server-error" if status >= 500 else "site-answer"
        return self._failed(code, answer, said, reading=reading)


def _has_numbers(result: object) -> bool:
    messages = result if isinstance(result, list) else [result]
    return bool(messages) and all(isinstance(m, dict) and m.get("message_id") for m in messages)


def _numbers(remote_id: str) -> tuple[str, list[str]]:
    """Return what stands before the numbers of messages, and the numbers."""
    prefix = _PHOTO if remote_id.startswith(_PHOTO) else ""
    return prefix, remote_id.removeprefix(prefix).split(",")


def _file(picture: Upload) -> tuple[str, bytes, str]:
    return picture.filename, picture.content, picture.mime


def _pause(answer: Answer) -> float | None:
    """Return the seconds that an answer asks for: ``parameters.retry_after``."""
    parameters = answer.fields.get("parameters")
    asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(asked) if isinstance(asked, int) else None
