"""Invented people with certifications, and what became of the score before: designations and its history."""

from hashlib import sha256
from random import Random

from oracle.almanac import Almanac
from oracle.certifications import NAMES
from oracle.scoring import AREAS

Row = dict[str, object]
_GLOBALS = ["g1", "g2", "g3"]
_WANTED = ["Azure Solutions Architect Expert", "Azure Administrator Associate", "Azure Security Engineer",
           "Security Operations Analyst", "M365 Security Administrator", "Cybersecurity Architect"]  # fmt: skip


def people(random: Random, time: Almanac) -> dict[str, list[Row]]:
    """Return rows of certifications, designations and the history of scores."""
    files = {
        "certifications": [row for number in range(random.choice([0, 4, 9])) for row in _person(random, time, number)],
        "score_history": [_recorded(random, time) for _ in range(random.choice([0, 1, 3]))],
        "designations": [],
    }
    if random.random() < 0.5:
        files["designations"] = [
            {"global_partner_id": g, "solution_area": area, "enrolled_on": time.date(8, 1), "anniversary_on": until}
            for g in _GLOBALS
            for area in random.sample(AREAS, 2)
            for until in [random.choice([time.date(-4, 1), time.day])]
        ]
    return files


def _person(random: Random, time: Almanac, number: int) -> list[Row]:
    key = sha256(str(number).encode()).hexdigest()[:32]
    home = random.choice([*_GLOBALS, "g1", "g4"])
    links = [(home, random.choice(time.starts), random.choice(["", "", "", *time.ends]))]
    if random.randrange(6) == 1:
        moved_on = random.choice(time.starts)
        links[0] = (home, time.begins, random.choice([moved_on, time.date(4, 1), ""]))
        links.append((random.choice(_GLOBALS), moved_on, ""))
    names = random.sample(_WANTED, random.choice([1, 2])) + random.sample(NAMES, 1)
    return [
        {
            "person_key": key,
            "certification": name,
            "global_partner_id": partner,
            "completed_on": random.choice(["", time.begins, time.begins, time.day, time.date(-1, 1)]),
            "expires_on": random.choice(["", "", "", time.day, time.date(-1, 1)]),
            "linked_on": linked,
            "unlinked_on": unlinked if unlinked > linked else "",
        }
        for partner, linked, unlinked in links
        for name in dict.fromkeys(names)
    ]


def _recorded(random: Random, time: Almanac) -> Row:
    on = random.choice([time.date(5, 1), time.date(6, 31), time.date(5, int(time.day[8:])), time.date(2, 9), time.day])
    return {
        "global_partner_id": random.choice(_GLOBALS),
        "solution_area": random.choice(AREAS),
        "on": on,
        "total": random.choice([69.9, 70, 82]),
        "qualified": random.choice(["", "true", "false"]),
    }
