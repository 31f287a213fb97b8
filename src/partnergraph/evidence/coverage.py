"""Coverage: how many nodes each rule looks at, and which nodes of the data no rule looks at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from partnergraph import catalogue
from partnergraph.report import Finding, Looked, Unseen
from partnergraph.shacl.compiler import compiled
from partnergraph.shacl.focus import THIS, Focus
from partnergraph.shacl.rule import Rule
from partnergraph.shacl.shape import ClassTarget, NodeTarget, ObjectsTarget, SubjectsTarget, Target
from partnergraph.shacl.world import World, parts_of
from partnergraph.store import View
from partnergraph.validation import subclasses

_COUNT = "SELECT (COUNT(DISTINCT ?this) AS ?nodes) WHERE {{ {{ {found} }} }}"
_NODE = "?node"


def looked_at(view: View, rules: Sequence[Rule], findings: Iterable[Finding]) -> tuple[Looked, ...]:
    """Return for each rule how many nodes its target finds, and how many findings it has."""
    found = Counter(finding.rule for finding in findings)
    world = World(parts_of(subclasses(view)))
    counts: dict[str, int] = {}
    told = []
    for rule in rules:
        pattern = Focus(_targets(view, rule)).holds(world)
        if pattern and pattern not in counts:
            counts[pattern] = int(view.rows(_COUNT.format(found=pattern))[1][0][0] or 0)
        told.append(
            Looked(
                rule.id, rule.code, rule.severity, rule.name, rule.reason, rule.rules, rule.source,
                counts.get(pattern, 0), found[rule.id],
            )
        )  # fmt: skip
    return tuple(told)


def overlooked(view: View, rules: Iterable[Rule]) -> tuple[Unseen, ...]:
    """Return the nodes of the data that no rule looks at, by class."""
    world = World(parts_of(subclasses(view)))
    targets = dict.fromkeys(target for rule in rules for target in _targets(view, rule))
    seen = " ".join(f"MINUS {{ {each} }}" for each in _seen(targets, world))
    query = catalogue.query("lookup/overlooked").text.replace("MINUS { }", seen)
    return tuple(Unseen(kind or "", int(nodes or 0), example or "") for kind, nodes, example in view.rows(query)[1])


def _targets(view: View, rule: Rule) -> tuple[Target, ...]:
    checks = compiled(rule, subclasses(view)) or ()
    return tuple(dict.fromkeys(target for check in checks for target in check.focus.targets))


def _seen(targets: Iterable[Target], world: World) -> Iterator[str]:
    """Yield the patterns of what targets find, all classes as one."""
    kinds: set[str] = set()
    nodes: set[str] = set()
    for target in targets:
        match target:
            case ClassTarget(kind):
                kinds.update(world.subclasses(kind) or (kind,))
            case NodeTarget(node):
                nodes.add(node)
            case SubjectsTarget() | ObjectsTarget():
                yield Focus((target,)).holds(world).replace(THIS, _NODE)
    if kinds:
        yield f"VALUES ?kind_ {{ {' '.join(sorted(kinds))} }} {_NODE} a ?kind_"
    if nodes:
        yield f"VALUES {_NODE} {{ {' '.join(sorted(nodes))} }}"
