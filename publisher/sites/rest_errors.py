"""What an answer of the WordPress REST API that is not a success means."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from publisher.errors import NotSentError, RefusedError, SiteError, UnknownError
from publisher.sites.http import Answer, Http
from publisher.text import words

_GONE = frozenset({"rest_post_invalid_id", "rest_already_trashed", "rest_term_invalid"})
# Sent by wp_authenticate_application_password. A site without plugins does not come to it
# and answers rest_not_logged_in, which leaves open what was wrong.
_CREDENTIALS = {
    "incorrect_password": "password",
    "invalid_username": "user",
    "invalid_email": "user",
    "application_passwords_disabled": "passwords-off",
    "application_passwords_disabled_for_user": "passwords-off",
}
# An upload that PHP threw away for its size reaches WordPress as one without a file.
_NO_FILE = frozenset({"rest_upload_no_content_disposition", "rest_upload_no_data"})
# These are 500s, but the file was turned away before anything was made of it.
_UPLOAD_REFUSED = frozenset({"rest_upload_unknown_error", "rest_upload_sideload_error"})
_MESSAGE_LENGTH = 300


def error_of(
    http: Http,
    answer: Answer,
    action: str,
    details: Mapping[str, object] | None = None,
    *,
    reading: bool,
) -> SiteError:
    """Return the error that an answer stands for.

    action: what was asked (``create``, ``upload``, ...). reading: nothing on the site could
    change by it. details: what else the words for people need (``id``, ``name``, ``size``).
    """
    status = answer.status
    params = {
        "action": action,
        "status": status,
        "wp_code": answer.code,
        "wp_message": message_of(answer),
    }
    if answer.code in _UPLOAD_REFUSED:
        # PHP's own setting is named in every translation of the message.
        large = "upload_max_filesize" in str(params["wp_message"])
        code = "site-too-large" if large else "site-upload-refused"
    elif 300 <= status < 400:
        code = "site-redirect"
        params["target"] = target_of(answer)
    elif status == 401:
        code = "site-auth"
        params["reason"] = _CREDENTIALS.get(answer.code, "" if answer.code else "server")
    elif status == 403 or _status_forbidden(answer):
        code = "site-forbidden"
    elif status == 410 or answer.code in _GONE:
        code = "site-gone"
    elif status == 404:
        code = "site-not-found"
    elif status == 413 or answer.code in _NO_FILE:
        code = "site-too-large"
    elif status == 429:
        code = "site-rate-limited"
        params["retry_after"] = answer.headers.get("Retry-After", "")
    elif 400 <= status < 500:
        code = "site-refused"
    else:
        if status == 503:
            code = "site-maintenance"
        elif status >= 500:
            code = "site-server-error"
        else:
            code = "site-answer"
        problem = http.problem(code, **{**params, **(details or {})})
        return NotSentError(problem) if reading else UnknownError(problem)
    return RefusedError(http.problem(code, **{**params, **(details or {})}))


def _status_forbidden(answer: Answer) -> bool:
    """Return whether the account may not see drafts: a 400 tells that, not a 401 or 403."""
    try:
        return bool(answer.fields["data"]["details"]["status"]["code"] == "rest_forbidden_status")
    except (KeyError, TypeError):
        return False


def message_of(answer: Answer) -> str:
    """Return WordPress's own words, without tags, with those for each wrong parameter."""
    if not answer.code:
        return ""
    said = [answer.fields.get("message", "")]
    data = answer.fields.get("data")
    if isinstance(data, dict) and isinstance(data.get("params"), dict):
        said += [str(value) for value in data["params"].values()]
    plain = html.unescape(re.sub(r"<[^>]*>", "", " ".join(map(str, said))))
    return words(plain)[:_MESSAGE_LENGTH]


def target_of(answer: Answer) -> str:
    """Return the site's address in a redirect: without the REST API's part of it."""
    parts = urlsplit(answer.headers.get("Location", ""))
    path = parts.path.partition("/wp-json")[0].rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
