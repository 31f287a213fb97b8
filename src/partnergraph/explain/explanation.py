"""Explanations: the answers to one question, and the ways to show them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields

from partnergraph.explain.answer import Answer, Unit
from partnergraph.explain.page import page
from partnergraph.explain.question import Question
from partnergraph.explain.wording import told
from partnergraph.table import Cell, Table

COLUMNS = tuple(
    (
        "credited,partner_id,global_partner_id,association_id,association_type,cpor_subtype,derived_from,solution_area,"
        "segment,metric,customer_id,tenant_id,subscription_id,workload,resource_id,from,until,pack,threshold,reason,rules,"
        "because,hint"
    ).split(",")
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answers to one question on one day under one pack, in a total order; never empty."""

    asked: Question
    as_of: str
    pack: str
    answers: tuple[Answer, ...]

    def to_text(self) -> str:
        """Return the answers as a tree for a person to read, those that agree told once."""
        return told(self.asked, self.as_of, self.pack, self.answers)

    def to_html(self) -> str:
        """Return the answers as a page that needs nothing else, those that agree told once."""
        return page(self.asked, self.as_of, self.pack, self.answers)

    def to_json(self) -> str:
        """Return the answers as a JSON object, each with its conditions in the order in which they are tested."""
        answers = [
            {"credited": answer.credited, "disputed": answer.disputed, **asdict(answer)} for answer in self.answers
        ]
        whole = {"asked": asdict(self.asked), "as_of": self.as_of, "pack": self.pack, "answers": answers}
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"

    @property
    def table(self) -> Table:
        """One row for each credited unit and each refusal, in the columns of `credits` and `non_credits`."""
        found = [row for answer in self.answers for row in _rows(answer)]
        return Table(
            COLUMNS, tuple(tuple({**row, "pack": self.pack}.get(name, "") for name in COLUMNS) for row in found)
        )


def _rows(answer: Answer) -> Iterator[dict[str, Cell]]:
    held: dict[str, Cell] = {name: cell for name, cell in _plain(answer) if name in COLUMNS}
    if answer.refusal is not None:
        why = {"because": answer.refusal.because, "hint": answer.refusal.hint, "reason": answer.refusal.reason}
        yield {**held, **why, "credited": False, "rules": "|".join(answer.refusal.rules)}
    for unit in answer.units:
        yield {
            **held,
            **{name: cell for name, cell in _plain(unit) if name in COLUMNS},
            "credited": True,
            "association_id": unit.through,
            "from": unit.starts_on,
            "until": unit.ends_on,
            "rules": "|".join(unit.row.rules),
            "because": unit.row.comment,
        }


def _plain(value: Answer | Unit) -> Iterator[tuple[str, str]]:
    for field in fields(value):
        cell = getattr(value, field.name)
        if isinstance(cell, str):
            yield field.name, cell
