"""Mend an e-mail before it is parsed, so that nothing of it is lost.

Old Chinese mail programs write ``gb2312`` and send GB18030, leave the charset out, cut
a character in two between encoded words, or put raw bytes into a header (RFC 2047 and
RFC 5322 allow none of it). Python's parser then answers with question marks, and an
unknown charset even stops Odoo's gateway. Pure Python; what is well-formed stays as it
is, byte for byte.
"""

import base64
import codecs
import hashlib
import quopri
import re

# What is called by an older name is a part of the newest standard.
_NEWER = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gb2312-80": "gb18030",
    "hz-gb-2312": "hz",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "gb18030-2000": "gb18030",
    "gb18030-2022": "gb18030",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "utf8": "utf-8",
    "utf-8mb4": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
}
_BYTES = "surrogateescape"
_GUESSES = ("utf-8", "gb18030", "cp1252")
_WORD = rb"=\?([^?\s]{1,60})\?([bq])\?([^?\s]*)\?="
_WORDS = re.compile(rb"%s(?:\s+%s)*" % (_WORD, _WORD), re.IGNORECASE)
_ONE_WORD = re.compile(_WORD, re.IGNORECASE)
# The header fields of the parts: of the whole message they are the ones that name files
_PART_FIELD = re.compile(rb"(?im)^content-[a-z-]{2,40}:[^\n]*(?:\n[ \t][^\n]*)*")
_EXTENDED = re.compile(rb"(\*=\s*\"?)([a-z0-9_-]+)(?=')", re.IGNORECASE)
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_HAS_ID = re.compile(rb"(?im)^message-id[ \t]*:[ \t]*(?:\r?\n[ \t]+)?\S")


def charset_for(name, content=b""):
    """Return a charset Python knows: the one named, its successor, or a guess."""
    name = (name or "").strip().strip("'\"").lower()
    name = _NEWER.get(name, name)
    try:
        codec = codecs.lookup(name)
        # rot13, base64 and the like are codecs too, but not of text
        known = codec._is_text_encoding and codec.name != "ascii"
    except (LookupError, ValueError):
        known = False
    if known and name not in ("unknown-8bit", "idna", "punycode", "undefined"):
        return name
    return guess(content)


def guess(content):
    """Return the first charset in which the bytes are text."""
    for name in _GUESSES:
        try:
            content.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


def decode(content, charset=None):
    """Return bytes as text; what the named charset cannot read, another may."""
    name = charset_for(charset, content)
    try:
        return content.decode(name)
    except UnicodeDecodeError:
        other = guess(content)
        return content.decode("latin-1" if name == other else other, "replace")


def clean(text):
    """Return text that can be stored and sent: no NUL, no half characters."""
    if not isinstance(text, str):
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        readable = text.encode("utf-8", "replace" if _has_halves(text) else _BYTES)
        # A Markup stays one: the type says that it has been made safe.
        text = type(text)(readable.decode("utf-8", "replace"))
    return text.replace("\x00", "")


def _has_halves(text):
    """Whether there are halves of characters that are no bytes of a broken header."""
    try:
        text.encode("utf-8", _BYTES)
    except UnicodeEncodeError:
        return True
    return False


def mend(raw):
    """Return the bytes of a message with readable header fields and a Message-ID."""
    end = _HEADER_END.search(raw)
    split = end.start() if end else len(raw)
    head, rest = raw[:split], raw[split:]
    if not _HAS_ID.search(head):
        # Of its content, so that the same message is known when it comes again.
        made = hashlib.sha256(raw).hexdigest()[:40].encode()
        head = re.sub(rb"(?im)^message-id[ \t]*:[ \t]*\r?\n?", b"", head)
        head = b"Message-ID: <%s@without-message-id.invalid>\r\n%s" % (made, head)
    head = _mend_fields(head)
    rest = _PART_FIELD.sub(lambda match: _mend_fields(match[0]), rest)
    return head + rest


def _mend_fields(block):
    if b"=?" in block:
        block = _WORDS.sub(_mend_words, block)
    if b"*=" in block:
        block = _EXTENDED.sub(
            lambda m: m[1] + charset_for(m[2].decode("ascii")).encode(), block
        )
    block = block.replace(b"\x00", b"")
    if not block.isascii():
        # The parser reads raw UTF-8, and nothing else.
        lines = block.split(b"\n")
        block = b"\n".join(
            line if line.isascii() else decode(line).encode() for line in lines
        )
    return block


def _mend_words(match):
    """Join encoded words of one charset and write them in UTF-8."""
    pieces = []
    for charset, kind, text in _ONE_WORD.findall(match[0]):
        # RFC 2231 lets a language follow the charset.
        charset = charset.partition(b"*")[0].lower()
        content = _decode_word(kind, text)
        if pieces and pieces[-1][0] == charset:
            pieces[-1][1] += content
        else:
            pieces.append([charset, bytearray(content)])
    result = "".join(
        decode(bytes(content), charset.decode("ascii", "replace"))
        for charset, content in pieces
    )
    return b"=?utf-8?b?%s?=" % base64.b64encode(clean(result).encode())


def _decode_word(kind, text):
    if kind in b"qQ":
        return quopri.decodestring(text.replace(b"_", b" "), header=False)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", text)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))


def mend_parts(message):
    """Give each text part of a parsed message a charset in which it can be read."""
    for part in message.walk():
        if part.get_content_maintype() != "text" or part.is_multipart():
            continue
        content = part.get_payload(decode=True) or b""
        named = part.get_content_charset()
        charset = charset_for(named, content)
        try:
            content.decode(charset)
        except UnicodeDecodeError:
            charset = guess(content)
        if charset != (named or "").lower():
            if "content-type" not in part:
                part["Content-Type"] = "text/plain"
            part.set_param("charset", charset)
