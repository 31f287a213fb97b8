"""By what a request is judged: the date, the rule pack and the switches that it names."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from partnergraph.errors import WrongUse


@dataclass(frozen=True, slots=True)
class Judging:
    """`as_of` and `pack` where they are named; `switches` are options by switch."""

    as_of: str | None
    pack: str | None
    switches: dict[str, str]


def _judging(
    as_of: Annotated[str | None, Query(description="the day (2023-09-30) or month (2023-09) to judge by")] = None,
    pack: Annotated[str | None, Query(description="the rule pack to judge by; else the one of the date")] = None,
    switch: Annotated[list[str] | None, Query(description="NAME=OPTION, for what the sources leave open")] = None,
) -> Judging:
    switches: dict[str, str] = {}
    for each in switch or []:
        name, sign, option = each.partition("=")
        if not (name and sign and option):
            raise WrongUse(f"{each!r} is no switch with its option. Write switch=tierTwoProviderCredit%3Don.")
        switches[name] = option
    return Judging(as_of, pack, switches)


Judged = Annotated[Judging, Depends(_judging)]
