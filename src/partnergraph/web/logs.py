"""The log: one entry to a line, for a person or as JSON, each with the id of the request it belongs to."""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered; empty outside of one."""

_ROOT = "partnergraph"


def tell(what: str, facts: Mapping[str, object], level: int = logging.INFO) -> None:
    """Write one entry: what happened, and the facts of it. No fact may name a person or hold what was asked."""
    logging.getLogger(_ROOT).log(level, what, extra={"facts": dict(facts)})


class TextLines(logging.Formatter):
    """Entries as a person reads them."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry as text."""
        facts = "".join(f" {name}={value}" for name, value in _facts(record).items() if value is not None)
        lines = f"{_time(record)} {record.levelname} {record.getMessage()}{facts}"
        return lines if record.exc_info is None else f"{lines}\n{_trace(record)}"


class JsonLines(logging.Formatter):
    """Entries as JSON objects, one to a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry as JSON."""
        entry: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_facts(record),
        }
        if record.exc_info is not None:
            entry["trace"] = _trace(record)
        return json.dumps(entry, default=str, ensure_ascii=False)


def start(form: str, level: str) -> None:
    """Write entries of `level` and above to standard error from now on, as `text` or `json`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    for each in tuple(root.handlers):
        root.removeHandler(each)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(_ROOT).setLevel(level.upper())


def _facts(record: logging.LogRecord) -> dict[str, object]:
    said = getattr(record, "facts", {})
    facts: dict[str, object] = dict(said) if isinstance(said, Mapping) else {}
    name = request_id.get()
    return facts if not name else {**facts, "request": name}


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _trace(record: logging.LogRecord) -> str:
    kind, fault, trace = record.exc_info or (None, None, None)
    return "".join(traceback.format_exception(kind, fault, trace)) if fault is not None else ""
