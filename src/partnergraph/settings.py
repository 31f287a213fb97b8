"""The limits that keep one request or file from taking the machine."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, in bytes unless named otherwise. What goes beyond is refused with the bound in the message.

    `query_…` bounds one query that a worker process answers. There are `workers` of them, 0 for one to each core, and
    at most `queue` queries wait for one.
    """

    file_bytes: int = 8 * 1024 * MEBIBYTE
    unpacked_bytes: int = 8 * 1024 * MEBIBYTE
    unpacked_ratio: int = 200
    archive_members: int = 1000
    request_bytes: int = 256 * MEBIBYTE
    query_characters: int = 1_000_000
    listed_faults: int = 100
    mirrored_triples: int = 10_000_000
    query_seconds: float = 30.0
    query_memory: int = 1024 * MEBIBYTE
    query_rows: int = 10_000_000
    query_bytes: int = 4 * 1024 * MEBIBYTE
    workers: int = 0
    queue: int = 64


DEFAULT_LIMITS = Limits()
