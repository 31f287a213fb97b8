"""Datatypes: which texts are well-formed literals of those that XML Schema and RDF define."""

from __future__ import annotations

from functools import cache

from partnergraph.shacl.term import RDF
from partnergraph.store.spelling import RANGES
from partnergraph.terms import XSD, literal

_SIGNED = "[+-]?[0-9]+"
_DECIMAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_FLOAT = rf"({_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_YEAR = "-?([1-9][0-9]{3,}|0[0-9]{3})"
_ZONE = r"(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_LEAP = "-?([0-9]*[0-9]{2}(0[48]|[2468][048]|[13579][26])|[0-9]*([02468][048]|[13579][26])00)"
_MONTH_DAY = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
_DATE = f"({_YEAR}-{_MONTH_DAY}|{_LEAP}-02-29)"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_YEARS = "([0-9]+Y([0-9]+M)?|[0-9]+M)"
_SECONDS = r"[0-9]+(\.[0-9]+)?S"
_CLOCK = rf"T([0-9]+H([0-9]+M)?({_SECONDS})?|[0-9]+M({_SECONDS})?|{_SECONDS})"
_DAYS = f"([0-9]+D({_CLOCK})?|{_CLOCK})"
_SIXTY_FOUR = "( ?[A-Za-z0-9+/])"
_LANGUAGE = "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"
_NAME_START = r"[_\p{L}]"
_NAME = r"[-._\p{L}\p{N}\p{M}]"

_TEXTS = {
    "integer": _SIGNED,
    "decimal": _DECIMAL,
    "double": _FLOAT,
    "float": _FLOAT,
    "boolean": "(true|false|1|0)",
    "date": _DATE + _ZONE,
    "dateTime": f"{_DATE}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_DATE}T{_TIME}{_ZONE.removesuffix('?')}",
    "time": _TIME + _ZONE,
    "gYear": _YEAR + _ZONE,
    "gYearMonth": f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}",
    "gMonth": f"--(0[1-9]|1[0-2]){_ZONE}",
    "gMonthDay": f"--({_MONTH_DAY}|02-29){_ZONE}",
    "gDay": f"---(0[1-9]|[12][0-9]|3[01]){_ZONE}",
    "duration": f"-?P({_YEARS}({_DAYS})?|{_DAYS})",
    "yearMonthDuration": f"-?P{_YEARS}",
    "dayTimeDuration": f"-?P{_DAYS}",
    "hexBinary": "([0-9a-fA-F]{2})*",
    "base64Binary": f"({_SIXTY_FOUR}{{4}})*({_SIXTY_FOUR} ?[AQgw] ?= ?=|{_SIXTY_FOUR}{{2}} ?[AEIMQUYcgkosw048] ?=)? ?",
    "language": _LANGUAGE,
    "NCName": f"{_NAME_START}{_NAME}*",
    "Name": f"({_NAME_START}|:)({_NAME}|:)*",
    "NMTOKEN": f"({_NAME}|:)+",
    "token": r"([^ \t\r\n]+( [^ \t\r\n]+)*)?",
    "normalizedString": r"[^\t\r\n]*",
}
_CASTABLE = {"boolean", "date", "dateTime", "decimal", "double", "float", "integer"}
_ALWAYS = {XSD + "string", RDF + "langString"}


@cache
def pattern(name: str) -> str:
    """Return the regular expression for the texts of a datatype of XML Schema, as a literal."""
    return literal(f"^({_TEXTS[name]})$")


def well_formed(variable: str, datatype: str) -> str:
    """Return the expression that is true where a literal of this datatype is well-formed, and false or an error else.

    A datatype that XML Schema does not define is not looked into.
    """
    name = datatype.removeprefix(XSD)
    if datatype in _ALWAYS or not datatype.startswith(XSD):
        return "true"
    if name in RANGES:
        least, greatest = RANGES[name]
        number = f"<{XSD}decimal>(STR({variable}))"
        lower = "" if least is None else f" && {number} >= {least}"
        upper = "" if greatest is None else f" && {number} <= {greatest}"
        return f"REGEX(STR({variable}), {pattern('integer')}){lower}{upper}"
    if name not in _TEXTS:
        return "true"
    written = f"REGEX(STR({variable}), {pattern(name)})"
    if name not in _CASTABLE:
        return written
    return f"(COALESCE(<{datatype}>({variable}) = {variable}, false) || {written})"
