"""Subjects: what an association could earn on, and what the graph knows of it that an answer tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from partnergraph import catalogue
from partnergraph.explain.answer import Fact, Place, RuleData, Unit
from partnergraph.store import View
from partnergraph.terms import compact

Key = tuple[str, str]
"""A subject's IRI and a metric's code."""
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """One association with one thing it covers, in one solution area; ids and labels are empty where there are none.

    `profile` is what the matrix sees of it: subjects of one profile pass and fail the matrix together.
    """

    iri: str
    profile: str
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
    for row in catalogue.texts(view, "lookup/asked-subjects"):
        found.setdefault(row[0], Subject(*row))
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


def rule_data(view: View, disputes: Mapping[str, tuple[str, ...]]) -> dict[str, RuleData]:
    """Return the rules of the pack in effect by IRI; `disputes` are what makes some of them disputed or little sure."""
    return {
        row["row"]: RuleData(
            compact(row["row"]).partition(":")[2],
            tuple(row["rules"].split("|")),
            row["basis"],
            row["source"],
            row["comment"],
            disputes.get(row["row"], ()),
        )
        for row in rows(view, "lookup/rule-data")
    }


def places(view: View) -> dict[str, tuple[Place, ...]]:
    """Return by association where it is stated."""
    found: dict[str, tuple[Place, ...]] = {}
    for row in rows(view, "lookup/stated-at"):
        place = stated_at(row["import"], row["place"])
        found[row["association"]] = (*found.get(row["association"], ()), place)
    return found


def stated_at(import_name: str, text: str) -> Place:
    """Return the place that an import states as `file:row`, or as anything else."""
    file, _, number = text.rpartition(":")
    return Place(import_name, file, int(number)) if number.isdigit() else Place(import_name, text)


def facts(view: View) -> dict[tuple[str, str, str], tuple[Fact, ...]]:
    """Return what was looked at, by subject, reason code and metric; the metric is empty where it is for all."""
    places: dict[tuple[str, str, str], dict[tuple[str, str], dict[Place, None]]] = {}
    for row in rows(view, "lookup/facts"):
        key = (row["subject"], row["condition"], row["metric"])
        stated = places.setdefault(key, {}).setdefault((row["name"], row["value"]), {})
        if row["import"]:
            stated[stated_at(row["import"], row["place"])] = None
    return {
        key: tuple(Fact(name, value, tuple(stated)) for (name, value), stated in known.items())
        for key, known in places.items()
    }


def taken(view: View) -> dict[Key, tuple[str, ...]]:
    """Return since when another partner holds what can be held once, by association ("" for what is asked) and area."""
    found: dict[Key, tuple[str, ...]] = {}
    for row in rows(view, "lookup/occupied-slots"):
        since = f" since {row['since']}" if row["since"] else ""
        sentence = f"The {row['type']} slot of {row['thing']} is held by another partner{since}."
        key = (row["association"], row["area"])
        found[key] = (*found.get(key, ()), sentence)
    return found


def alternatives(view: View) -> dict[Key, str]:
    """Return by profile and metric the kinds and sub-types that earn there, by the matrix."""
    found: dict[Key, list[str]] = {}
    for row in rows(view, "lookup/alternatives"):
        found.setdefault((row["profile"], row["metric"]), []).append(f"{row['type']} {row['subtype']}".strip())
    return {key: ", ".join(kinds) for key, kinds in found.items()}


def openings(view: View) -> dict[str, str]:
    """Return by area the kinds and sub-types that earn on the thing asked about, by the matrix, and what they earn."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows(view, "lookup/openings"):
        kinds = found.setdefault(row["area"], {})
        kinds.setdefault(f"{row['type']} {row['subtype']}".strip(), []).append(row["metric"])
    return {
        area: "; ".join(f"{kind} ({', '.join(metrics)})" for kind, metrics in kinds.items())
        for area, kinds in found.items()
    }
