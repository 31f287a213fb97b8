"""Changes: each row that differs has a name, a cause, and the points of its metric."""

from __future__ import annotations

from partnergraph.changes import compared

ROW = {
    "partner_id": "p1",
    "global_partner_id": "g1",
    "association_id": "claim",
    "association_type": "CPOR",
    "cpor_subtype": "OSU_BA",
    "solution_area": "business_applications",
    "segment": "smb",
    "metric": "deployments",
    "customer_id": "c1",
    "tenant_id": "t1",
    "subscription_id": "s1",
    "workload": "Business Central",
    "resource_id": "",
    "threshold": "met",
}
SCORE = {
    "global_partner_id": "g1",
    "solution_area": "business_applications",
    "metric": "deployments",
    "points": "4",
    "counts": "true",
}
NAMES = ("yesterday", "today")


def row(**changed: str) -> dict[str, str]:
    return {**ROW, **changed}


def test_equal_sides_have_no_changes() -> None:
    assert compared(NAMES, [row()], [("data", [row()])], ([SCORE], [SCORE])).changes == ()


def test_a_new_row_is_gained_with_its_cause_and_points() -> None:
    found = compared(NAMES, [], [("rule", [row()])], ([], [SCORE]))
    (change,) = found.changes
    assert (change.change, change.cause, change.global_partner_id) == ("gained", "rule", "g1")
    assert (change.points_before, change.points_after) == ("", "4")
    assert found.points.rows == (("g1", "business_applications", "deployments", "0", "4", "4"),)


def test_a_row_that_is_gone_is_lost() -> None:
    (change,) = compared(NAMES, [row()], [("date", [])], ([SCORE], [])).changes
    assert (change.change, change.cause, change.other) == ("lost", "date", "")


def test_a_row_that_another_account_has_now_is_displaced() -> None:
    rival = row(partner_id="p2", global_partner_id="g2", association_id="other")
    gained, displaced = compared(NAMES, [row()], [("data", [rival])], ([], [])).changes[::-1]
    assert (displaced.change, displaced.global_partner_id, displaced.other) == ("displaced", "g1", "g2")
    assert (gained.change, gained.global_partner_id, gained.other) == ("gained", "g2", "")


def test_another_kind_of_association_takes_nobodys_place() -> None:
    rival = row(partner_id="p2", global_partner_id="g2", association_id="other", association_type="DPOR")
    kinds = {change.change for change in compared(NAMES, [row()], [("data", [rival])], ([], [])).changes}
    assert kinds == {"gained", "lost"}


def test_the_same_unit_through_another_association_is_reclassified() -> None:
    other = row(association_id="record", association_type="DPOR", cpor_subtype="", partner_id="p3")
    (change,) = compared(NAMES, [row()], [("data", [other])], ([], [])).changes
    assert change.change == "reclassified"
    assert "association_type CPOR" in change.before
    assert "association_type DPOR" in change.after
    assert "partner_id p1" in change.before
    assert "partner_id p3" in change.after


def test_a_threshold_that_becomes_known_is_reclassified() -> None:
    (change,) = compared(NAMES, [row(threshold="unknown")], [("date", [row()])], ([], [])).changes
    assert (change.change, change.before, change.after) == ("reclassified", "threshold unknown", "threshold met")


def test_the_cause_is_the_step_that_made_the_difference() -> None:
    second = row(association_id="second", tenant_id="t2")
    steps = [("data", [row()]), ("rule", [row(), second]), ("date", [second])]
    fresh = compared(NAMES, [], steps, ([], [])).changes
    found = {change.association_id: (change.change, change.cause) for change in fresh}
    assert found == {"second": ("gained", "rule")}
    kept = {change.association_id: change.cause for change in compared(NAMES, [row()], steps, ([], [])).changes}
    assert kept == {"claim": "date", "second": "rule"}


def test_a_partner_sees_its_own_changes_and_no_other_name() -> None:
    rival = row(partner_id="p2", global_partner_id="g2", association_id="other")
    found = compared(NAMES, [row()], [("data", [rival])], ([SCORE], [{**SCORE, "global_partner_id": "g2"}])).of("g1")
    (change,) = found.changes
    assert (change.change, change.other) == ("displaced", "another partner")
    assert found.points.rows == (("g1", "business_applications", "deployments", "4", "0", "-4"),)
    assert "g2" not in found.to_csv()
