"""Text that came from another encoding and shows as wrong letters. Told, never converted.

TCVN3 (TCVN 5712, fonts ``.VnTime``) and VNI (fonts ``VNI-Times``) keep Vietnamese letters in the
places of Western ones, so old Word files copied into a post show "Céng hßa" or "Coäng hoøa".
Documents of the State are in Unicode by TCVN 6909:2001 (NĐ 30/2020/NĐ-CP, Phụ lục I).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from publisher.checks.passages import Passage
from publisher.model import Post, Problem, Severity, Status
from publisher.text import nfc, words

_TCVN3: Mapping[int, int] = str.maketrans(
    "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ§¡¢£¤¥¦",
    "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĐĂÂÊÔƠƯ",
)
# VNI writes the vowel, then a letter for its marks; some letters stand alone.
_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_ROUND, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VNI_MARKS: Mapping[str, str] = {
    "ø": _GRAVE, "ù": _ACUTE, "û": _HOOK, "õ": _TILDE, "ï": _DOT, "â": _ROUND, "ê": _BREVE,
    "à": _ROUND + _GRAVE, "á": _ROUND + _ACUTE, "å": _ROUND + _HOOK, "ã": _ROUND + _TILDE,
    "ä": _ROUND + _DOT, "è": _BREVE + _GRAVE, "é": _BREVE + _ACUTE, "ú": _BREVE + _HOOK,
    "ü": _BREVE + _TILDE, "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_ALONE: Mapping[str, str] = {
    "ô": f"o{_HORN}", "ö": f"u{_HORN}", "ñ": "đ", "æ": f"i{_HOOK}", "ó": f"i{_TILDE}",
    "ò": f"i{_DOT}", "î": f"y{_DOT}",
}  # fmt: skip
_VNI_PAIR = re.compile(f"([aeouyôö])([{''.join(_VNI_MARKS)}])|([{''.join(_VNI_ALONE)}])", re.I)

# What Vietnamese in Unicode does not have: a post without it holds no old encoding.
_ODD = re.compile("[µ¶·¸¹¨©ª«¬\u00ad®¡¢£¤¥¦§¼½¾ÆÇËÎÏÑÖ×ØÛÜÞßäåæçëîïñö÷øûüþÄÅ]")
_ODD_PAIR = re.compile("[aeAE][âêùáàãå]|[oO][âù]|[uU][ùõ]")
_SHORT = 200  # characters; a longer text in VNI has letters that are odd by themselves
_WORD = re.compile("[^\\s.,;:!?()\\[\\]\"'“”/|*_-]+")
_SYLLABLE = re.compile(
    "(?:ngh?|nh|gh?|gi|kh|ph|th|tr|ch|qu|[bcdđhklmnprstvx])?"
    "(?:uyê|uya|uyu|iêu|yêu|ươi|ươu|uôi|uây|oai|oay|oao|oeo|iê|yê|ươ|uô|ưa|ia|ua|uâ|uê|uy|uơ"
    "|oa|oă|oe|ai|ay|ao|au|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|[aăâeêioôơuưy])"
    "(?:ch|nh|ng|[cmnpt])?"
)
_TONES = re.compile(f"[{_GRAVE}{_ACUTE}{_HOOK}{_TILDE}{_DOT}]")
_TWICE = re.compile(
    "Ã[\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u203a]"
    "|Ä[\u0083\u0090\u0091\u0192\u2018]|Æ[°¡\u00af]"
    "|á[º»][\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|â€[\u0080-\u00bf\u0153\u2013-\u203a\u2122]"
)
_TWICE_MARKS = ("Ã", "Ä", "Æ", "áº", "á»", "â€")
_LOST = "\ufffd"
_SHOWN = 60  # characters of a line in a message
_MANY = 3  # such words on a line; one or two may be somebody's name


def check_letters(post: Post, passages: Sequence[Passage]) -> Iterator[Problem]:
    """Yield each wrong encoding that the passages of one post hold, once, at its first place."""
    told: set[str] = set()
    for passage in passages:
        text = passage.prose
        if text.isascii():
            continue
        for code, at, sample, meant in _found(text):
            if code in told:
                continue
            told.add(code)
            params = {"value": sample, "fixed": meant, "reason": "known" if meant else ""}
            # Nobody could read it; but what is still being written holds nobody up.
            light = code == "encoding-lost" or post.status is Status.DRAFT
            severity = Severity.WARNING if light else Severity.ERROR
            yield Problem(code, passage.where(at), params, severity)


def _found(text: str) -> Iterator[tuple[str, int, str, str]]:
    """Yield code, place, a sample as it stands, and what it most likely says."""
    broken = any(mark in text for mark in _TWICE_MARKS)
    if broken and (found := _TWICE.search(text)):
        sample = _around(text, found.start())
        yield "encoding-twice", found.start(), sample, _once(sample)
    elif _ODD.search(text) or (len(text) < _SHORT and _ODD_PAIR.search(text)):
        yield from _old(text)
    if (at := text.find(_LOST)) >= 0:
        yield "encoding-lost", at, _around(text, at), ""


def _old(text: str) -> Iterator[tuple[str, int, str, str]]:
    at = 0
    for line in text.split("\n"):
        if not line.isascii():
            vni, tcvn3 = _decoded(line, from_vni), _decoded(line, from_tcvn3)
            if vni or tcvn3:
                sample = words(line)[:_SHOWN]
                if vni > tcvn3:
                    yield "encoding-vni", at, sample, from_vni(sample)
                else:
                    yield "encoding-tcvn3", at, sample, from_tcvn3(sample)
                return
        at += len(line) + 1


def _decoded(line: str, decode: Callable[[str], str]) -> int:
    """Return how many words of a line are Vietnamese only when decoded; 0 when that is few."""
    found = [word for word in _WORD.findall(line) if any(c.isalpha() for c in word)]
    odd = sum(
        1 for word in found if not word.isascii() and not is_word(word) and is_word(decode(word))
    )
    return odd if odd >= _MANY or (odd > 1 and odd * 2 >= len(found)) else 0


def from_tcvn3(text: str) -> str:
    """Return what text in TCVN3 says."""
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    """Return what text in VNI says."""

    def letter(found: re.Match[str]) -> str:
        if alone := found[3]:
            meant = _VNI_ALONE[alone.lower()]
            return nfc(meant.upper() if alone.isupper() else meant)
        vowel = _VNI_ALONE.get(found[1].lower(), found[1].lower()) + _VNI_MARKS[found[2].lower()]
        return nfc(vowel.upper() if found[1].isupper() else vowel)

    return _VNI_PAIR.sub(letter, text)


@cache
def is_word(word: str) -> bool:
    """Return whether a word can be a Vietnamese syllable: its letters, and one tone at most."""
    marked = unicodedata.normalize("NFD", word.lower())
    bare, tones = _TONES.subn("", marked)
    return tones < 2 and bool(_SYLLABLE.fullmatch(nfc(bare)))


def _around(text: str, at: int) -> str:
    start = text.rfind("\n", 0, at) + 1
    line = text[start : (text + "\n").index("\n", at)]
    # From between two words, so that no letter of several bytes is cut in two.
    begin = line.rfind(" ", 0, at - start) + 1
    sample = line[begin : begin + _SHOWN]
    whole = sample.rpartition(" ")[0] if begin + _SHOWN < len(line) else sample
    return (whole or sample).strip(" ")


def _once(sample: str) -> str:
    """Return what text that was encoded twice most likely says, or ""."""
    mixed = bytearray()
    # The second half of "à" is a no-break space, which copying makes a plain one.
    for character in sample.replace("Ã ", "Ã\u00a0"):
        try:
            mixed += character.encode("cp1252")
        except UnicodeEncodeError:
            if ord(character) > 0xFF:
                return ""
            mixed.append(ord(character))  # the five bytes that Windows-1252 leaves free
    try:
        return mixed.decode("utf-8")
    except UnicodeDecodeError:
        return ""
