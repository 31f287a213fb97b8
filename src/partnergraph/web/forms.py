"""Forms whose fields are RDF documents: a graph to judge, and the shapes to judge it by."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import anyio
from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from partnergraph.web.bodies import chunks
from partnergraph.web.problems import Problem, Rejected

URL_ENCODED = "application/x-www-form-urlencoded"
SYNTAXES = {
    "text/turtle": ".ttl",
    "application/x-turtle": ".ttl",
    "application/n-triples": ".nt",
    "application/n-quads": ".nq",
    "application/trig": ".trig",
    "application/ld+json": ".jsonld",
    "application/json": ".jsonld",
    "application/rdf+xml": ".rdf",
}
_SAYS_NOTHING = {"", "text/plain", "application/octet-stream"}
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Document:
    """One field of a form that was put into a file."""

    field: str
    path: Path


class _Parts(MultiPartParser):
    """Takes every part for a file, so that none is held in memory and each keeps its content type."""

    def on_header_end(self) -> None:
        """Give a part that has no file name an empty one."""
        disposition = self._current_partial_header_name.lower() == b"content-disposition"
        if disposition and b"filename" not in self._current_partial_header_value:
            self._current_partial_header_value += b'; filename=""'
        super().on_header_end()


async def parsed_parts(request: Request, limit: int, most: int) -> FormData:
    """Return the parts of a multipart body, each as a file; raise Rejected for one that breaks the format."""
    parser = _Parts(request.headers, chunks(request, limit), max_files=most, max_fields=0)
    try:
        return await parser.parse()
    except MultiPartException as fault:
        raise Rejected(Problem(400, "unreadable-input", f"The form cannot be read: {fault.message}")) from fault


async def parsed_fields(request: Request, limit: int) -> FormData:
    """Return the fields of a form that is coded as a URL is."""
    return await FormParser(request.headers, chunks(request, limit)).parse()


async def documents(form: FormData, folder: Path) -> tuple[Document, ...]:
    """Put each field of a form into a file whose suffix tells its syntax; raise Rejected for a syntax not known."""
    found: list[Document] = []
    for number, (field, value) in enumerate(form.multi_items(), 1):
        document = await _kept(field, value, folder, number)
        found.append(document)
    return tuple(found)


def fields_named(found: tuple[Document, ...], name: str) -> Iterator[Path]:
    """Yield the files of the fields with that name."""
    return (document.path for document in found if document.field == name)


async def _kept(field: str, value: UploadFile | str, folder: Path, number: int) -> Document:
    head = value[:_CHUNK].encode() if isinstance(value, str) else await value.read(_CHUNK)
    suffix = _suffix(field, value, head)
    path = folder / f"{field if field.isidentifier() else 'field'}-{number}{suffix}"
    async with await anyio.open_file(path, "wb") as out:
        if isinstance(value, str):
            await out.write(value.encode())
            return Document(field, path)
        while head:
            await out.write(head)
            head = await value.read(_CHUNK)
    return Document(field, path)


def _suffix(field: str, value: UploadFile | str, head: bytes) -> str:
    """Return the suffix of the syntax: by the content type of the part, else by its file name, else by its text."""
    declared, name = ("", "") if isinstance(value, str) else (_declared(value.headers), value.filename or "")
    if declared in SYNTAXES:
        return SYNTAXES[declared]
    if declared not in _SAYS_NOTHING:
        offered = ", ".join(SYNTAXES)
        detail = f"The field {field!r} is {declared}, which is not read here. Send one of {offered}."
        raise Rejected(Problem(415, "unsupported-media-type", detail))
    suffix = Path(name).suffix.lower()
    return suffix if suffix in SYNTAXES.values() else _guessed(head)


def _declared(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _guessed(head: bytes) -> str:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith((b"<?xml", b"<rdf:RDF", b"<!DOCTYPE")):
        return ".rdf"
    return ".jsonld" if text[:1] in (b"{", b"[") and _is_json(text) else ".ttl"


def _is_json(text: bytes) -> bool:
    """Return whether a text that opens a bracket goes on as JSON does; Turtle may begin so too."""
    try:
        json.loads(text)
    except ValueError as fault:
        # A text cut off after the first chunk is JSON as long as nothing but its end is missing.
        return len(text) >= _CHUNK // 2 and getattr(fault, "pos", 0) >= len(text) - 100
    return True
