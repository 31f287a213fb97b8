"""The list of faults: all are counted, a bounded number is listed, and each file has its share."""

from __future__ import annotations

import pytest

from partnergraph.errors import Fault, UnreadableInput
from partnergraph.importing.faults import FaultList


def _raised(faults: FaultList) -> tuple[Fault, ...]:
    with pytest.raises(UnreadableInput) as refusal:
        faults.raise_if_any()
    return refusal.value.faults


def test_without_faults_nothing_is_raised() -> None:
    FaultList(100).raise_if_any()


def test_faults_come_in_the_order_in_which_they_were_found() -> None:
    faults = FaultList(100)
    for row in (2, 3, 7):
        faults.add("usage.csv", "is wrong.", "Mend it.", row=row, column="month")
    assert [fault.row for fault in _raised(faults)] == [2, 3, 7]


def test_what_goes_beyond_the_list_is_counted() -> None:
    faults = FaultList(100)
    for row in range(2, 252):
        faults.add("usage.csv", "is wrong.", "Mend it.", row=row)
    listed = _raised(faults)
    assert len(listed) == 101
    assert listed[99].row == 101
    assert "150 more faults" in listed[100].problem


def test_exactly_as_many_as_may_be_listed_are_listed_without_a_remainder() -> None:
    faults = FaultList(3)
    for row in (2, 3, 4):
        faults.add("usage.csv", "is wrong.", "Mend it.", row=row)
    assert [fault.row for fault in _raised(faults)] == [2, 3, 4]


def test_a_file_with_few_faults_is_not_crowded_out() -> None:
    faults = FaultList(10)
    for row in range(500):
        faults.add("usage.csv", "is wrong.", "Mend it.", row=row)
    faults.add("tenants.csv", "is wrong.", "Mend it.", row=5)
    listed = _raised(faults)
    assert [fault.row for fault in listed if fault.file == "tenants.csv"] == [5]
    assert sum(fault.file == "usage.csv" for fault in listed) == 9
    assert "491 more" in listed[-1].problem
