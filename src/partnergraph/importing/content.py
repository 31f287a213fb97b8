"""What the first bytes of a file show it to be, whatever its name says."""

from __future__ import annotations

import re

HEAD_BYTES = 8192
UTF8_MARK = b"\xef\xbb\xbf"

_MAGIC = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet table"),
)
_LINE = re.compile(rb"(<[^<>\s]*>|_:\S+)\s+<[^<>\s]*>\s+\S.*\.\s*$")
_HEADER = re.compile(rb"[\w .\"-]+(,[\w .\"-]*)+\r?(\n|$)")
_TURTLE = re.compile(rb"^\s*(@prefix|@base|prefix\s|base\s)", re.IGNORECASE | re.MULTILINE)
_XML = re.compile(rb"\s*(<\?xml|<rdf:RDF|<!DOCTYPE rdf)", re.IGNORECASE)
_HTML = re.compile(rb"\s*(<!DOCTYPE\s+html|<html[\s>].*<(head|body)[\s>])", re.IGNORECASE | re.DOTALL)


def foreign(head: bytes) -> str | None:
    """Return the name of the binary or non-UTF-8 content that starts with `head`, or None where it may be text."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if b"\0" in head:
        return "binary data or UTF-16 text"
    return "a web page" if _HTML.match(head) else None


def rdf_format(head: bytes) -> str | None:
    """Return the RDF format that a text starting with `head` seems to be in, or None."""
    text = head.removeprefix(UTF8_MARK)
    start = text.lstrip()
    if start[:1] in (b"{", b"[") and b'"@' in text:
        return "jsonld"
    if _XML.match(text) and not _HTML.match(text):
        return "rdfxml"
    if _TURTLE.search(text):
        return "trig"
    first = next((line for line in start.splitlines() if line and not line.startswith(b"#")), b"")
    return "nquads" if _LINE.match(first) else None


def looks_like(head: bytes) -> str | None:
    """Return what text that starts with `head` looks like to a reader, for a hint; None where nothing is plain."""
    text = head.removeprefix(UTF8_MARK)
    start = text.lstrip()
    if start[:1] in (b"{", b"["):
        return "JSON"
    if _XML.match(text):
        return "XML"
    return "a CSV table" if _HEADER.match(start) else None
