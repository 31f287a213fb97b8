"""Subjects: what an association could earn on, and what the graph knows of it that an answer tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from partnergraph import catalogue
from partnergraph.explain.answer import Place, RuleData, Unit
from partnergraph.store import View
from partnergraph.terms import compact

Key = tuple[str, str]
"""A subject's IRI and a metric's code."""
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """One association with one thing it covers, in one solution area; ids and labels are empty where there are none."""

    iri: str
    association: str
    holder: str
    association_id: str
    association_type: str
    cpor_subtype: str
    solution_area: str
    customer_id: str
    tenant_id: str
    subscription_id: str
    workload: str
    resource_id: str


def rows(view: View, name: str) -> list[Row]:
    """Return the rows of a shipped question as mappings; an unbound cell is the empty text."""
    columns, found = view.rows(catalogue.query(name).text)
    return [{column: cell or "" for column, cell in zip(columns, row, strict=True)} for row in found]


def subjects(view: View) -> tuple[Subject, ...]:
    """Return the subjects of the question marked in the graph, each once."""
    found: dict[str, Subject] = {}
    for row in rows(view, "lookup/asked-subjects"):
        found.setdefault(row["subject"], Subject(*row.values()))
    return tuple(found.values())


def credited_units(view: View, data: Mapping[str, RuleData]) -> dict[Key, list[Unit]]:
    """Return the credited units of each subject and metric; `data` are the rows of the matrix by IRI."""
    found: dict[Key, list[Unit]] = {}
    for row in rows(view, "lookup/asked-credits"):
        found.setdefault((row["subject"], row["metric"]), []).append(
            Unit(
                through=row["association"],
                derived_from=row["origin"],
                cpor_subtype=row["subtype"],
                segment=row["segment"],
                tenant_id=row["tenant"],
                subscription_id=row["subscription"],
                workload=row["workload"],
                resource_id=row["resource"],
                starts_on=row["from"],
                ends_on=row["until"],
                threshold=row["threshold"],
                row=data[row["row"]],
            )
        )
    return found


def rule_data(view: View) -> dict[str, RuleData]:
    """Return the rows of the pack's matrix and its thresholds by IRI."""
    return {
        row["row"]: RuleData(
            compact(row["row"]).partition(":")[2],
            tuple(row["rules"].split("|")),
            row["basis"],
            row["source"],
            row["comment"],
        )
        for row in rows(view, "lookup/rule-data")
    }


def places(view: View) -> dict[str, tuple[Place, ...]]:
    """Return by association where it is stated."""
    found: dict[str, tuple[Place, ...]] = {}
    for row in rows(view, "lookup/stated-at"):
        file, _, number = row["place"].rpartition(":")
        place = Place(row["import"], file, int(number)) if number.isdigit() else Place(row["import"], row["place"])
        found[row["association"]] = (*found.get(row["association"], ()), place)
    return found


def taken(view: View) -> dict[str, tuple[str, ...]]:
    """Return by association since when another partner holds what it competes for; by "" for what is asked about."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows(view, "lookup/occupied-slots"):
        since = f" since {row['since']}" if row["since"] else ""
        sentence = f"The {row['type']} slot of {row['thing']} is held by another partner{since}."
        found[row["association"]] = (*found.get(row["association"], ()), sentence)
    return found


def alternatives(view: View) -> dict[Key, str]:
    """Return by subject and metric the kinds and sub-types that earn there, by the matrix."""
    found: dict[Key, list[str]] = {}
    for row in rows(view, "lookup/alternatives"):
        found.setdefault((row["subject"], row["metric"]), []).append(f"{row['type']} {row['subtype']}".strip())
    return {key: ", ".join(kinds) for key, kinds in found.items()}


def openings(view: View) -> str:
    """Return the kinds and sub-types that earn on the thing asked about, by the matrix, and what they earn."""
    found: dict[str, list[str]] = {}
    for row in rows(view, "lookup/openings"):
        found.setdefault(f"{row['type']} {row['subtype']}".strip(), []).append(row["metric"])
    return "; ".join(f"{kind} ({', '.join(metrics)})" for kind, metrics in found.items())
