"""Rows with named columns, and the ways to show them."""

from __future__ import annotations

import csv
import importlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from partnergraph.errors import WrongUse

if TYPE_CHECKING:
    import pandas
    import pyarrow

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under column names; an absent value is None and prints as nothing."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def dicts(self) -> Iterator[dict[str, Cell]]:
        """Yield each row as a mapping from column name to cell."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))

    def to_csv(self) -> str:
        """Return RFC 4180 text with a header row; booleans are `true` and `false`."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_text(cell) for cell in row] for row in self.rows)
        return out.getvalue()

    def to_json(self) -> str:
        """Return a JSON array with one object per row."""
        return json.dumps(list(self.dicts()), indent=1, ensure_ascii=False) + "\n"

    def to_text(self) -> str:
        """Return aligned columns for a person to read; columns without any value are left out."""
        kept = [i for i in range(len(self.columns)) if any(row[i] not in (None, "") for row in self.rows)]
        if not self.rows:
            return "(no rows)\n"
        grid = [[self.columns[i] for i in kept]] + [[_text(row[i]) for i in kept] for row in self.rows]
        widths = [max(len(line[i]) for line in grid) for i in range(len(kept))]
        grid.insert(1, ["-" * width for width in widths])
        lines = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in grid)
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows as a pandas DataFrame; raise WrongUse where pandas is not installed."""
        module = _optional("pandas", "pandas")
        return cast("pandas.DataFrame", module.DataFrame(list(self.rows), columns=list(self.columns)))

    def to_arrow(self) -> pyarrow.Table:
        """Return the rows as an Arrow table; raise WrongUse where pyarrow is not installed."""
        module = _optional("pyarrow", "arrow")
        columns = {name: [row[i] for row in self.rows] for i, name in enumerate(self.columns)}
        return cast("pyarrow.Table", module.table(columns))


class Tabular:
    """Something that is also a table: its rows can be taken as CSV, pandas or Arrow."""

    __slots__ = ()

    @property
    def table(self) -> Table:
        """The rows under their column names."""
        raise NotImplementedError

    def to_csv(self) -> str:
        """Return the rows as CSV text with a header."""
        return self.table.to_csv()

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows as a pandas DataFrame; raise WrongUse where pandas is not installed."""
        return self.table.to_pandas()

    def to_arrow(self) -> pyarrow.Table:
        """Return the rows as an Arrow table; raise WrongUse where pyarrow is not installed."""
        return self.table.to_arrow()


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)


def _optional(module: str, extra: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a module has no narrower type
    try:
        return importlib.import_module(module)
    except ImportError as missing:
        raise WrongUse(f"{module} is not installed. Install partnergraph[{extra}].") from missing
