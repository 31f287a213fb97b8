"""What a service is started with: from flags, the environment and a file, in this order, else as it stands here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated, TypeAlias, get_type_hints

from partnergraph.errors import WrongUse
from partnergraph.settings import DEFAULT_LIMITS, MEBIBYTE, Limits

Value: TypeAlias = str | int | float | bool | Path | tuple[str, ...] | None
PREFIX = "PARTNERGRAPH_"
FILE = f"{PREFIX}CONFIG"
_UNITS = {"": 1, "KIB": 1024, "MIB": MEBIBYTE, "GIB": 1024 * MEBIBYTE}
_SIZE = re.compile(r"(\d+)\s*([KMG]iB)?", re.IGNORECASE)


def seconds(text: str) -> float:
    """Read a number of seconds above zero, such as `30` or `0.5`."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError
    return number


def size(text: str) -> int:
    """Read a number of bytes, such as `1048576` or `512 MiB`."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ValueError
    return int(found[1]) * _UNITS[(found[2] or "").upper()]


def count(text: str) -> int:
    """Read a number, 0 or more."""
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def port(text: str) -> int:
    """Read a port, 0 to 65535."""
    number = count(text)
    if number > 65535:
        raise ValueError
    return number


def folder(text: str) -> Path:
    """Read the path of a folder."""
    if not text:
        raise ValueError
    return Path(text)


def file(text: str) -> Path:
    """Read the path of a file."""
    return folder(text)


def word(text: str) -> str:
    """Read a text that is not empty."""
    if not text:
        raise ValueError
    return text


def log_form(text: str) -> str:
    """Read `text` or `json`."""
    if text not in ("text", "json"):
        raise ValueError
    return text


def log_level(text: str) -> str:
    """Read `debug`, `info`, `warning` or `error`."""
    if text not in ("debug", "info", "warning", "error"):
        raise ValueError
    return text


def switch(text: str) -> bool:
    """Read `true` or `false`."""
    if text.lower() not in ("true", "false"):
        raise ValueError
    return text.lower() == "true"


def sites(text: str) -> tuple[str, ...]:
    """Read addresses between commas, such as `https://yasgui.example`."""
    return tuple(each.strip() for each in text.split(",") if each.strip())


@dataclass(frozen=True, slots=True)
class About:
    """How a setting is read from text, and what it is."""

    read: Callable[[str], Value]
    meaning: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """All that can be set of a service. A field `query_seconds` is the flag `--query-seconds`, and so on."""

    store: Annotated[Path | None, About(folder, "the store folder; without it, a store in memory")] = None
    host: Annotated[str, About(word, "the address to listen on")] = "127.0.0.1"
    port: Annotated[int, About(port, "the port to listen on; 0 takes a free one")] = 8080
    origins: Annotated[
        tuple[str, ...], About(sites, "sites whose pages may ask from a browser, between commas; `*` for all")
    ] = ()
    allow_write: Annotated[
        bool, About(switch, "take SPARQL updates (/update) and writes to single graphs (/graphs)")
    ] = False
    certificate: Annotated[Path | None, About(file, "the certificate chain for TLS, in PEM; with `key`")] = None
    key: Annotated[Path | None, About(file, "the private key of the certificate, in PEM")] = None
    behind_proxy: Annotated[
        bool, About(switch, "a proxy on this machine or network ends TLS before the service is reached")
    ] = False
    tokens: Annotated[
        Path | None,
        About(file, "who may ask: the bearer tokens; else `tokens.json` in the store folder, if it is there"),
    ] = None
    issuer: Annotated[str, About(word, "who may ask: holders of JSON Web Tokens of this OpenID Connect issuer")] = ""
    audience: Annotated[str, About(word, "what the issuer's tokens for this service have as `aud`")] = ""
    issuer_keys: Annotated[str, About(word, "the issuer's JSON Web Key Set: a file, or an https address")] = ""
    role_claim: Annotated[str, About(word, "the claim that holds the role")] = "role"
    partner_claim: Annotated[str, About(word, "the claim that holds the id of the partner, for its role")] = "partner"
    customer_claim: Annotated[str, About(word, "the claim that holds the id of the customer, for its role")] = (
        "customer"
    )
    locations_claim: Annotated[str, About(word, "the claim that holds the locations, where there are any")] = (
        "locations"
    )
    requests_per_minute: Annotated[int, About(count, "how many requests one caller may send; 0 for any number")] = 6000
    audit: Annotated[Path | None, About(file, "the audit log: a line of JSON for each request")] = None
    query_seconds: Annotated[float, About(seconds, "the longest that one SPARQL query may run")] = (
        DEFAULT_LIMITS.query_seconds
    )
    query_memory: Annotated[int, About(size, "the memory that one query may take beside the data")] = (
        DEFAULT_LIMITS.query_memory
    )
    query_rows: Annotated[int, About(count, "after how many rows or triples an answer is cut")] = (
        DEFAULT_LIMITS.query_rows
    )
    query_bytes: Annotated[int, About(size, "after how much text an answer is cut")] = DEFAULT_LIMITS.query_bytes
    workers: Annotated[int, About(count, "how many queries run at a time; 0 for one to each core, at least two")] = (
        DEFAULT_LIMITS.workers
    )
    queue: Annotated[int, About(count, "how many queries may wait for a worker")] = DEFAULT_LIMITS.queue
    request_bytes: Annotated[int, About(size, "the longest body that is read")] = DEFAULT_LIMITS.request_bytes
    stop_seconds: Annotated[float, About(seconds, "how long requests may go on when the service is asked to stop")] = (
        10.0
    )
    log_level: Annotated[str, About(log_level, "the least grave entries that are logged; `info` logs each request")] = (
        "warning"
    )
    log_format: Annotated[str, About(log_form, "how the log is written, one entry to a line")] = "text"

    @property
    def limits(self) -> Limits:
        """The limits that are set here, and the others as they are by default."""
        return replace(
            DEFAULT_LIMITS,
            query_seconds=self.query_seconds,
            query_memory=self.query_memory,
            query_rows=self.query_rows,
            query_bytes=self.query_bytes,
            workers=self.workers,
            queue=self.queue,
            request_bytes=self.request_bytes,
        )


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set, its names, and what it is when nobody sets it."""

    name: str
    about: About
    usual: Value

    @property
    def key(self) -> str:
        """The name in a file."""
        return self.name.replace("_", "-")

    @property
    def flag(self) -> str:
        """The name on the command line."""
        return f"--{self.key}"

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return PREFIX + self.name.upper()

    @property
    def unit(self) -> str:
        """What it is read as, for a person."""
        return str(self.about.read.__doc__).removeprefix("Read ").rstrip(".")

    @property
    def default(self) -> str:
        """The default as one writes it; empty for none."""
        if isinstance(self.usual, int) and self.usual >= MEBIBYTE and self.usual % MEBIBYTE == 0:
            return f"{self.usual // MEBIBYTE} MiB"
        if isinstance(self.usual, float):
            return f"{self.usual:g}"
        if isinstance(self.usual, bool):
            return str(self.usual).lower()
        return "" if self.usual in (None, ()) else str(self.usual)


def settings() -> tuple[Setting, ...]:
    """Return all that can be set, in the order of the documentation."""
    hints = get_type_hints(Configuration, include_extras=True)
    usual = Configuration()
    names = [each.name for each in fields(Configuration)]
    return tuple(Setting(name, hints[name].__metadata__[0], getattr(usual, name)) for name in names)


def configured(
    flags: Mapping[str, str | None], environment: Mapping[str, str], file: Path | None = None
) -> Configuration:
    """Return the configuration that `flags` (by name of the field), the environment and `file` give together.

    Without `file`, the environment may name one as PARTNERGRAPH_CONFIG. Raise WrongUse for what cannot be meant.
    """
    path = file or (Path(environment[FILE]) if environment.get(FILE) else None)
    in_file = {} if path is None else _read(path)
    values: dict[str, Value] = {}
    for setting in settings():
        said = (
            (setting.flag, flags.get(setting.name)),
            (setting.variable, environment.get(setting.variable)),
            (f"{path}: {setting.key}", in_file.get(setting.key)),
        )
        place, text = next(((place, text) for place, text in said if text is not None), ("", None))
        if text is not None:
            values[setting.name] = _value(setting, place, text)
    return replace(Configuration(), **values)  # type: ignore[arg-type]


def _value(setting: Setting, place: str, text: str) -> Value:
    try:
        return setting.about.read(text)
    except ValueError:
        raise WrongUse(f"{place}: {text!r} is not {setting.unit}.") from None


def _read(path: Path) -> dict[str, str]:
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise WrongUse(f"{path}: cannot be read: {fault.strerror or fault}.") from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise WrongUse(f"{path}: is no TOML: {fault}.") from fault
    known = {setting.key for setting in settings()}
    unknown = sorted(set(held) - known)
    if unknown:
        raise WrongUse(f"{path}: {', '.join(unknown)} cannot be set. What can be: {', '.join(sorted(known))}.")
    return {name: ",".join(map(str, value)) if isinstance(value, list) else str(value) for name, value in held.items()}
