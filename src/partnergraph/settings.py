"""The limits that keep one request or file from taking the machine."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, in bytes unless named otherwise. What goes beyond is refused with the bound in the message."""

    file_bytes: int = 8 * 1024 * MEBIBYTE
    unpacked_bytes: int = 8 * 1024 * MEBIBYTE
    unpacked_ratio: int = 200
    archive_members: int = 1000
    request_bytes: int = 256 * MEBIBYTE
    query_characters: int = 1_000_000
    listed_faults: int = 100
    mirrored_triples: int = 10_000_000


DEFAULT_LIMITS = Limits()
