"""Small invented bundles, the same for the same chance: odd enough for the corners, with one reading each."""

import csv
from pathlib import Path
from random import Random

from oracle.almanac import TURNS, Almanac
from oracle.invented_access import accesses
from oracle.invented_people import people
from oracle.invented_use import use
from oracle.programme import Evaluation

PARTNERS = {"p1": "g1", "p2": "g1", "p3": "g2", "p4": "g3", "p5": "g4"}
TENANTS = {"t1": "c1", "t2": "c1", "t3": "c2"}
SEATS = ["Exchange", "Teams", "Intune", "Entra ID Premium", "Office 365 E3", "Microsoft 365 E3", "Microsoft 365 E5"]
SEATS += ["Microsoft 365 Business Premium", "Enterprise Mobility + Security E3", "Exchange", "Intune"]
BUSINESS = ["Customer Service", "Field Service", "Business Central", "Power Apps", "Supply Chain", "Customer Insights"]
MEASURED = ["Exchange", "Teams", "Intune", "Entra ID Premium", "SharePoint"]
_CHANNELS = ["EA", "EA", "CSP_NCE", "CSP_NCE", "WEB_DIRECT", "CASA_EES", "CSP_LEGACY"] * 3 + ["MCA_E", "MPSA", "OPEN"]
_STATUS = ["active", "active", "active", "in_grace", "suspended"]
_CLAIMED_TOGETHER = [[], ["OSA"], ["OSA", "REVREC"], ["OSU_BA", "REVREC_PERFORMANCE"], ["OSA", "OSU_BA"]]
_MAKERS = ["", "", "", "incentives_admin", "incentives_user"]
_OFFERS = ["paid"] * 19 + ["", "trial", "benefit", "internal", "support"]
_CLOUDS = ["", "", "", "public", "public", "public", "china", "government"]

Row = dict[str, object]


def invent(random: Random, folder: Path) -> Evaluation:
    """Write a bundle into a folder and return what to ask of it."""
    ecosystem = Ecosystem(random)
    for name, rows in ecosystem.files().items():
        write(folder / f"{name}.csv", rows)
    return ecosystem.time.asked


class Ecosystem:
    """Invents partners, their customers and what joins them."""

    def __init__(self, random: Random) -> None:
        self.random, self.pick = random, random.choice
        self.time = Almanac(random)
        self.has_copilot = self.time.asked.pack == "2026-08"
        self.tells_activity = self.once_in(3)

    def once_in(self, times: int) -> bool:
        """Tell whether something rare happens now."""
        return self.random.randrange(times) == 1

    def files(self) -> dict[str, list[Row]]:
        """Return the rows of each file."""
        subscriptions = [self._subscription(number) for number in range(8)]
        self.events: list[Row] = []
        edges = [edge for row in subscriptions for edge in self._edges(row)]
        access = accesses(self.random, self.time, subscriptions)
        edges += self._claims()
        edges += [self._edge("PAL", **link) | actor for link, actor in access.links]
        files = {
            "partners": self._partners(),
            "customers": [{"customer_id": c, "same_organisation_as": self.pick(["", "", "g1"])} for c in ("c1", "c2")],
            "tenants": [{"tenant_id": t, "customer_id": c, "cloud": self.pick(_CLOUDS)} for t, c in TENANTS.items()],
            "subscriptions": [period for row in subscriptions for period in self._periods(row)],
            "associations": edges,
            "claim_events": self.events,
            **access.files,
            "usage": use(self.random, self.time, subscriptions, self._measured()),
            **people(self.random, self.time),
        }
        return {name: rows for name, rows in files.items() if rows}

    def _measured(self) -> list[str]:
        return [*MEASURED, "Microsoft 365 Copilot"] if self.has_copilot else MEASURED

    def _partners(self) -> list[Row]:
        tracks = {"g1": "smb", "g2": "enterprise", "g3": "", "g4": "smb"}
        merged_on = self.pick([*self.time.starts, self.time.date(-1, 1)]) if self.once_in(3) else ""
        rows: list[Row] = [
            {"partner_id": g, "account_type": "global", "status": "active", "business_applications_track": track}
            for g, track in tracks.items()
        ]
        for partner, account in PARTNERS.items():
            status = self.pick(["active"] * 9 + ["inactive", "deleted"])
            gone = {"deleted_on": self.pick([*self.time.ends, ""])} if status == "deleted" else {}
            row = {"partner_id": partner, "account_type": "location", "global_partner_id": account, "status": status}
            rows.append({**row, **gone})
        if merged_on:
            for row in [row for row in rows if "g4" in (row["partner_id"], row.get("global_partner_id"))]:
                rows.append({**row, "account_type": "location", "global_partner_id": "g1", "parent_since": merged_on})
                row["parent_until"] = merged_on
        return rows

    def _subscription(self, number: int) -> Row:
        seats = [*SEATS, "Microsoft 365 Copilot"] if self.has_copilot else SEATS
        return {
            "subscription_id": f"s{number}",
            "tenant_id": self.pick(list(TENANTS)),
            "product": self.pick(self.pick([seats, BUSINESS, ["Azure", "Azure", "Azure plan"]])),
            "channel": self.pick(_CHANNELS),
            "status": "active",
            "starts_on": self.time.begins,
            "ends_on": "",
            "offer_type": self.pick(_OFFERS),
            "partner_id_on_record": "",
            **self._activity(),
        }

    def _activity(self) -> Row:
        """Return the agreement of a subscription and its first activity, where the source has such columns."""
        if not self.tells_activity:
            return {}
        return {"agreement_id": self.pick(["", "e1", "e2"]), "first_activity_on": self.pick(["", *self.time.changes])}

    def _periods(self, row: Row) -> list[Row]:
        turn = row.pop("turns_on", "")
        later = row.pop("later_on_record", row["partner_id_on_record"])
        status = self.pick(_STATUS) if self.once_in(3) else "active"
        if not turn and status == "active" and not self.once_in(6):
            return [row]
        turn = turn or self.pick([self.time.date(9, 5), self.time.date(0, 5), self.time.date(-1, 5)])
        return [
            {**row, "ends_on": turn},
            {**row, "status": status, "starts_on": turn, "partner_id_on_record": later},
        ]

    def _edge(self, kind: str, partner: str, **cells: object) -> Row:
        key = f"{kind}-{partner}-{'-'.join(str(cell) for cell in cells.values())}".lower().replace(" ", "_")
        starts, ends = self.pick(self.time.starts), self.pick([""] * 4 + self.time.ends)
        return {
            "association_id": key,
            "type": kind,
            "partner_id": partner,
            "state": "approved" if kind == "CPOR" else "active",
            "starts_on": starts,
            "ends_on": ends if ends > starts else "",
            **cells,
        }

    def _edges(self, row: Row) -> list[Row]:
        channel, product = str(row["channel"]), row["product"]
        partners = self.random.sample(list(PARTNERS), 5)
        made = self._sales(row, partners) if channel.startswith("CSP") else self._records(row, partners)
        if product in BUSINESS:
            for subtype in self.pick(_CLAIMED_TOGETHER):
                place = {"tenant_id": row["tenant_id"], "subscription_id": row["subscription_id"]}
                made.append(self._claimed(self._edge("CPOR", partners[4], cpor_subtype=subtype, **place)))
        return made

    def _sales(self, row: Row, partners: list[str]) -> list[Row]:
        key = row["subscription_id"]
        if self.random.random() < 0.5:
            edges = [self._edge("CSP_T1", partner, subscription_id=key) for partner in partners[:2]]
            return self._handed_over(edges) if self.once_in(3) else edges[:1]
        provider = self._edge("CSP_T2", partners[0], subscription_id=key, csp_role="provider")
        resale = [self._edge("CSP_T2", p, subscription_id=key, csp_role="reseller") for p in partners[1:3]]
        row["partner_id_on_record"] = partners[1]
        if self.once_in(3):
            resale = self._handed_over(resale)
            row |= {"turns_on": resale[1]["starts_on"], "later_on_record": partners[2]}
            return [provider, *resale]
        return [provider, resale[0]]

    def _handed_over(self, edges: list[Row]) -> list[Row]:
        """Return two edges of which the second begins when the first ends."""
        turn = self.pick(self.time.changes)
        earlier = [day for day in self.time.starts if day < turn]
        return [
            {**edges[0], "starts_on": self.pick(earlier), "ends_on": turn},
            {**edges[1], "starts_on": turn, "ends_on": ""},
        ]

    def _records(self, row: Row, partners: list[str]) -> list[Row]:
        key, made = row["subscription_id"], []
        if row["channel"] == "EA":
            made.append(self._edge("TPOR", partners[2], subscription_id=key))
        if self.random.random() < 0.7:
            holder = self.pick(partners[2:])
            records = [self._edge("DPOR", partner, subscription_id=key) for partner in (holder, partners[0])]
            records = self._handed_over(records) if self.once_in(3) else records[:1]
            setters = ["", "", "customer_owner", "customer_global_admin", "customer_account_admin"]
            wrong = ["customer_service_admin"] if self.once_in(8) else []
            made += [{**record, "set_by_role": self.pick(wrong or setters)} for record in records]
        return made

    def _claims(self) -> list[Row]:
        claims = []
        for tenant in TENANTS:
            for workload in self.random.sample([*self._measured(), "Yammer"], 3):
                claim = self._edge("CPOR", self.pick(list(PARTNERS)), tenant_id=tenant, workload=workload)
                subtype = self.pick(["OSU_M365", "OSU_M365", "USAGE_ONLY_M365"])
                claim |= {"cpor_subtype": subtype, "incentive_opt_out": self.pick(["", "", "true"])}
                claims.append(self._claimed(claim))
        return claims

    def _claimed(self, claim: Row) -> Row:
        """Return a claim with its way to where it is."""
        submitted = self.pick(["", claim["starts_on"], *TURNS])
        claim |= {"submitted_on": submitted, "poe": self.pick([""] * 5 + ["true", "true", "false"])}
        claim |= {"set_by_role": "partner_user" if self.once_in(20) else self.pick(_MAKERS)}
        if self.once_in(4):
            self._tell(claim)
        elif self.once_in(8):
            claim["state"] = self.pick(["submitted", "rejected", "rejected_final", "draft"])
        return claim

    def _tell(self, claim: Row) -> None:
        """Give a claim a history, and what state it leads to."""
        start = int(str(claim["starts_on"])[8:])
        month = str(claim["starts_on"])[:7]
        days = [f"{month}-{min(start + n, 28 + n // 4):02}" for n in range(4)]
        ways = [
            ["submitted", "approved"],
            ["draft", "submitted", "under_review", "approved"],
            ["submitted", "rejected", "disputed", "approved"],
            ["submitted", "approved", "rejected"],
            ["submitted", "under_review"],
        ]
        way = self.pick(ways)
        on = dict(zip(way, days if start < 25 else [f"{month}-{10 + n}" for n in range(4)], strict=False))
        if way[-2:] == ["approved", "rejected"]:
            on["rejected"] = self.pick([end for end in self.time.ends if end > on["approved"]] or [on["rejected"]])
        claim |= {"state": way[-1], "ends_on": "", "submitted_on": self.pick(["", on["submitted"]])}
        claim["starts_on"] = self.pick(["", claim["starts_on"]])
        actors = {"submitted": self.pick(_MAKERS), "approved": "microsoft", "rejected": "customer_admin"}
        self.events += [
            {"association_id": claim["association_id"], "on": day, "state": state, "actor_role": actors.get(state, "")}
            for state, day in on.items()
        ]


def write(file: Path, rows: list[Row]) -> None:
    """Write rows as CSV, with every column that any of them has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
