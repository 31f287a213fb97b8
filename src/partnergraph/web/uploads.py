"""Graphs and bundles that come in a request, put into files for as long as the request lasts."""

import errno
import hashlib
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

import anyio
from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from partnergraph.settings import Limits
from partnergraph.web.bodies import ContentType, chunks, content_encoding, content_type
from partnergraph.web.forms import URL_ENCODED, documents, fields_named, parsed_fields, parsed_parts
from partnergraph.web.problems import Problem, Rejected

MULTIPART = "multipart/form-data"
DATA, SHAPES = "data", "shapes"
SUFFIXES = {
    "text/turtle": ".ttl",
    "application/x-turtle": ".ttl",
    "application/n-triples": ".nt",
    "application/n-quads": ".nq",
    "application/trig": ".trig",
    "application/ld+json": ".jsonld",
    "application/rdf+xml": ".rdf",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
}
_NOT_IN_A_NAME = re.compile(r"[^\w. -]+")
_LONGEST_NAME = 120
_CHUNK = 1 << 20


class Digest(Protocol):
    """A running digest of bytes."""

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""

    def hexdigest(self) -> str:
        """Return the digest of all bytes taken in."""
        ...


@dataclass(frozen=True, slots=True)
class Upload:
    """The files of one request, kept until the request ends.

    `name` is what to call the import where the request does not say. It is made from the content, so that sending the
    same bytes twice is one import, and different ones never replace each other. `shapes` are what to judge by, where
    the request brings shapes of its own.
    """

    paths: tuple[Path, ...]
    name: str
    shapes: tuple[Path, ...] = ()


@asynccontextmanager
async def received(request: Request, limits: Limits, *, may_have_shapes: bool = False) -> AsyncIterator[Upload]:
    """Give the files that the body holds; raise Rejected for a body that is no graph, bundle or form of files.

    Where shapes are allowed for, a form may have fields `data` and `shapes`, as files or as texts.
    """
    declared = content_type(request)
    with tempfile.TemporaryDirectory(prefix="partnergraph-") as kept:
        folder = Path(kept)
        try:
            if declared.media_type == MULTIPART:
                upload = await _several(request, folder, limits, may_have_shapes=may_have_shapes)
            elif declared.media_type == URL_ENCODED and may_have_shapes:
                upload = await _with_shapes(await parsed_fields(request, limits.request_bytes), folder)
            else:
                upload = await _single(request, folder, declared, limits)
        except OSError as fault:
            if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise Rejected(_NO_ROOM) from fault
        yield upload


async def _single(request: Request, folder: Path, declared: ContentType, limits: Limits) -> Upload:
    suffix = SUFFIXES.get(declared.media_type)
    coding = content_encoding(request)
    if suffix is None or coding not in ("", "gzip") or (coding and suffix == ".zip") or not declared.is_utf8:
        raise Rejected(_NOT_A_GRAPH)
    digest = hashlib.sha256()
    path = folder / f"upload{suffix}{'.gz' if coding else ''}"
    async with await anyio.open_file(path, "wb") as out:
        async for chunk in chunks(request, limits.request_bytes):
            digest.update(chunk)
            await out.write(chunk)
    if path.stat().st_size == 0:
        raise Rejected(Problem(400, "empty-body", "There is nothing in the body. Send a graph or a zipped bundle."))
    return Upload((path,), _name(digest))


async def _several(request: Request, folder: Path, limits: Limits, *, may_have_shapes: bool) -> Upload:
    if content_encoding(request):
        raise Rejected(_NOT_A_GRAPH)
    form = await parsed_parts(request, limits.request_bytes, limits.archive_members)
    digest = hashlib.sha256()
    try:
        if may_have_shapes and SHAPES in form:
            return await _with_shapes(form, folder)
        paths = [await _part(name, part, folder, digest) for name, part in form.multi_items()]
    finally:
        await form.close()
    if not paths:
        raise Rejected(Problem(400, "empty-body", "There is no file in the form. Send at least one."))
    return Upload(tuple(paths), _name(digest))


async def _with_shapes(form: FormData, folder: Path) -> Upload:
    if not {DATA, SHAPES} & set(form):
        raise Rejected(_NOT_A_GRAPH)
    strange = sorted(set(form) - {DATA, SHAPES})
    if strange:
        detail = f"The form has a field {strange[0]!r}. Send {DATA!r} and {SHAPES!r}, each once or more."
        raise Rejected(Problem(400, "unknown-field", detail))
    missing = [name for name in (DATA, SHAPES) if name not in form]
    if missing:
        detail = (
            f"The form has no field {missing[0]!r}. Send the graph as {DATA!r} and what to judge it by as {SHAPES!r}."
        )
        raise Rejected(Problem(400, "missing-field", detail))
    found = await documents(form, folder)
    return Upload(tuple(fields_named(found, DATA)), "", tuple(fields_named(found, SHAPES)))


async def _part(field: str, part: UploadFile | str, folder: Path, digest: Digest) -> Path:
    if isinstance(part, str) or not (part.filename or part.content_type):
        detail = f"The form field {field!r} is no file. Parameters go into the URL, files into the form."
        raise Rejected(Problem(400, "not-a-file", detail))
    path = folder / _file_name(part)
    if path.exists():
        raise Rejected(Problem(400, "duplicate-file", f"There are two files called {path.name}. Rename one of them."))
    async with await anyio.open_file(path, "wb") as out:
        while chunk := await part.read(_CHUNK):
            digest.update(chunk)
            await out.write(chunk)
    return path


def _file_name(part: UploadFile) -> str:
    """Return the client's name for the file, made safe, and with the suffix of its content type if it has none."""
    last = PurePosixPath((part.filename or "").replace("\\", "/")).name
    name = _NOT_IN_A_NAME.sub("_", last).strip(". ")[-_LONGEST_NAME:] or "upload"
    declared = (part.content_type or "").partition(";")[0].strip().lower()
    return name if "." in name else name + SUFFIXES.get(declared, "")


def _name(digest: Digest) -> str:
    return f"upload-{digest.hexdigest()[:12]}"


_NO_ROOM = Problem(507, "no-room", "There is no room to receive this. Nothing was stored.")
_NOT_A_GRAPH = Problem(
    415,
    "unsupported-media-type",
    f"Send one of {', '.join(SUFFIXES)} (graphs also with Content-Encoding: gzip), or files as {MULTIPART}; "
    "text in UTF-8. Say which in the Content-Type header.",
    headers={"Accept-Post": ", ".join((*SUFFIXES, MULTIPART))},
)
