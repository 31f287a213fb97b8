"""Small invented bundles full of faults, the same for the same seed: crowded scopes, changing states, broken rows."""

from pathlib import Path
from random import Random

from oracle.invented_acts import ROLES, actor, history, restless_people
from oracle.invention import Row, write
from oracle.programme import OPTIONS, Evaluation

_JUDGED_ON = ["2022-12-31", "2023-06-01", "2023-09-30", "2023-09-30", "2023-10-31", "2026-08-31"]
_SWITCHES = ["exclusivityAcrossSubtypes", "claimCreators", "dporSetters", "proofForRecognition"]
_DAYS = ["2022-07-01", "2022-10-15", "2023-01-01", "2023-03-10", "2023-06-01", "2023-09-30", "2023-10-01", "2023-12-01"]
_GLOBALS = ["g1", "g2", "g3"]
_LOCATIONS = ["p1", "p2", "p3", "p4", "p5", "p6"]
_TENANTS = ["t1", "t2", "t3"]
_WORKLOADS = ["Exchange", "Teams", "Intune", "Defender for Endpoint", "Customer Service", "Sentinel", "Exchnge"]
_PRODUCTS = ["Office 365 E3", "Microsoft 365 E5", "Exchange", "Customer Service", "Dynamics 365 Sales", "Power BI"]
_CHANNELS = ["EA", "EA", "CASA_EES", "WEB_DIRECT", "MPSA", "CSP_LEGACY", "CSP_NCE", "CSP_NCE", "MCA_E", "OPEN"]
_STATUS = ["active"] * 8 + ["in_grace", "", "suspended", "disabled", "deleted", "expired", "pending"]
_SUBTYPES = ["OSU_M365", "USAGE_ONLY_M365", "OSA", "REVREC", "REVREC_PERFORMANCE", "OSU_BA"]
_STATES = ["approved", "approved", "approved", "", "draft", "submitted", "under_review", "partner_action_required"]
_STATES += ["disputed", "rejected", "rejected_final", "canceled"]
_KINDS = ["direct_bill", "indirect_provider", "indirect_reseller", "indirect_provider|indirect_reseller", "lsp", "", ""]


class Mischief:
    """Invents the rows of one bundle."""

    def __init__(self, random: Random) -> None:
        self.random, self.pick = random, random.choice
        self.asked = Evaluation(self.pick(_JUDGED_ON), self.pick(["", "", "2023-06", "2023-10"]), self._options())
        self.subscriptions: list[Row] = []
        self.associations: list[Row] = []

    def _options(self) -> dict[str, str]:
        switches = self.random.sample(_SWITCHES, self.pick([0, 1, 2]))
        return {switch: self.pick(OPTIONS[switch]) for switch in switches}

    def once_in(self, times: int) -> bool:
        """Tell whether something rare happens now."""
        return self.random.randrange(times) == 0

    def files(self) -> dict[str, list[Row]]:
        """Return the rows of each file."""
        self.subscriptions = [period for number in range(7) for period in self._periods(f"s{number}")]
        self.associations = [self._association(number) for number in range(30)]
        files = {
            "partners": self._partners(),
            "customers": [
                {"customer_id": c, "name": c, "same_organisation_as": self._organisation()} for c in ("c1", "c2")
            ],
            "tenants": self._tenants(),
            "subscriptions": self.subscriptions,
            "associations": self.associations,
            "claim_events": [event for claim in self.associations for event in self._history(claim)],
            "principals": [{"principal_id": f"u{n}", "tenant_id": self._tenant()} for n in range(2)],
            "role_assignments": [self._grant(role) for role in ("Owner", "Contributor", "Reader", "Billing Reader")],
            "resources": self._resources(),
            "resource_roles": [{"resource_id": self._or_lost("r0"), "principal_id": "u0", "relation": "owner"}],
            "usage": [self._usage() for _ in range(6)],
            "designations": [{"global_partner_id": self._or_lost("g1"), "solution_area": "security"}],
            "certifications": restless_people(self.random, _DAYS, _GLOBALS),
        }
        for name in ("customers", "tenants", "associations"):
            if self.once_in(4):
                files[name].append(self._contradiction(files[name]))
        for rows in files.values():
            rows += [dict(self.pick(rows))] if rows and self.once_in(4) else []
        if self.once_in(3):
            self._forget(files)
        return files

    def _forget(self, files: dict[str, list[Row]]) -> None:
        """Leave out a column, which is not the same as leaving its cells empty."""
        columns = [
            "status",
            "starts_on",
            "ends_on",
            "partner_id_on_record",
            "state",
            "tenant_domain",
            "csp_role",
            "cloud",
        ]
        column = self.pick(columns)
        for row in (row for name, rows in files.items() if name != "claim_events" for row in rows):
            row.pop(column, None)

    def _or_lost(self, key: str) -> str:
        return "lost" if self.once_in(25) else key

    def _tenant(self) -> str:
        return self._or_lost(self.pick(_TENANTS))

    def _organisation(self) -> str:
        return self._or_lost(self.pick(["", "", "g1", "g2", "p3"]))

    def _partner(self) -> str:
        return self._or_lost(self.pick(_GLOBALS) if self.once_in(8) else self.pick(_LOCATIONS))

    def _dates(self, open_start: int = 8) -> Row:
        starts, ends = self.random.sample(_DAYS, 2)
        if ends < starts and not self.once_in(30):
            starts, ends = ends, starts
        return {
            "starts_on": "" if self.once_in(open_start) else starts,
            "ends_on": "" if self.random.random() < 0.5 else ends,
        }

    def _partners(self) -> list[Row]:
        rows: list[Row] = [{"partner_id": g, "account_type": "global"} for g in _GLOBALS]
        for row in rows[:]:
            if self.once_in(6):
                row["global_partner_id"] = self.pick(_GLOBALS)
            if self.once_in(4):
                turn = self.pick(_DAYS)
                row["parent_until"] = self.pick([turn, turn, ""])
                above = self.pick([g for g in _GLOBALS if g != row["partner_id"]])
                rows.append({**row, "account_type": "location", "global_partner_id": above,
                             "parent_since": turn, "parent_until": self.pick(["", "", "2023-12-31"])})  # fmt: skip
        for partner in _LOCATIONS:
            shared = {"partner_id": partner, "account_type": "location", "kinds": self.pick(_KINDS)}
            shared |= {
                "region": self.pick(["", "EMEA", "EMEA", "emea", "APAC"]),
                "mpa_signed_on": self.pick(["", "", *_DAYS]),
            }
            shared |= self.pick([{}] * 8 + [{"status": "deleted", "deleted_on": self.pick(["", *_DAYS])}])
            rows += [{**shared, **times} for times in self._parents()]
        if self.once_in(5):
            rows[-1]["account_type"] = "regional"
        return rows

    def _parents(self) -> list[Row]:
        parents = [
            self._or_lost(self.pick(_GLOBALS)) if not self.once_in(12) else self.pick(["", "p1", "p2"]) for _ in "ab"
        ]
        turn, gap = sorted(self.random.sample(_DAYS, 2))
        match self.random.randrange(8):
            case 0 | 1:
                return [{"global_partner_id": parents[0], "parent_until": turn},
                        {"global_partner_id": parents[1], "parent_since": turn}]  # fmt: skip
            case 2:
                return [{"global_partner_id": parents[0], "parent_until": turn},
                        {"global_partner_id": parents[1], "parent_since": gap}]  # fmt: skip
            case 3:
                return [{"global_partner_id": parents[0], "parent_until": gap},
                        {"global_partner_id": parents[1], "parent_since": turn}]  # fmt: skip
        return [{"global_partner_id": parents[0]}]

    def _tenants(self) -> list[Row]:
        clouds = ["", "public", "public", "china", "government"]
        return [
            {"tenant_id": t, "customer_id": self._or_lost(self.pick(["c1", "c2"])), "cloud": self.pick(clouds),
             "domain": self.pick(["", f"{t}.example", f"{t}.example|{t}.test"])}
            for t in _TENANTS
        ]  # fmt: skip

    def _periods(self, subscription: str) -> list[Row]:
        products = _PRODUCTS * 3 + ["Azure", "Azure plan", "Mystery"]
        shared = {"subscription_id": subscription, "tenant_id": self._tenant(), "product": self.pick(products)}
        shared["azure_plan"] = self.pick(["", "", "", "false", "true"])
        turns = sorted(self.random.sample(_DAYS[1:7], self.pick([0, 0, 1, 2])))
        starts, ends = ["2022-07-01", *turns], [*turns, self.pick(["", "", "", "2023-09-01", "2024-01-01"])]
        periods = [{**shared, **self._state(), "starts_on": s, "ends_on": e} for s, e in zip(starts, ends, strict=True)]
        if self.once_in(12):
            periods[-1]["starts_on"] = ""
        if self.once_in(12):
            periods[0]["ends_on"] = self.pick(_DAYS)
        return periods

    def _state(self) -> Row:
        return {
            "channel": "BARTER" if self.once_in(40) else self.pick(_CHANNELS),
            "status": "asleep" if self.once_in(60) else self.pick(_STATUS),
            "provisioned": self.pick(["", "", "", "true", "true", "true", "false"]),
            "partner_id_on_record": self._or_lost(self.pick(["", "", *_LOCATIONS])),
        }

    def _association(self, number: int) -> Row:
        period = self.pick(self.subscriptions)
        sold = ["CSP_T1", "CSP_T2", "CSP_T2", "CSP_T2"] * (3 if str(period["channel"]).startswith("CSP") else 0)
        kind = self.pick(["CPOR"] * 8 + ["DPOR", "DPOR", "PAL", "PAL", "TPOR", "CSP_T1", "CSP_T2", *sold])
        row: Row = {"association_id": f"a{number}", "type": kind, "partner_id": self._partner(), **self._dates()}
        subscription = self._or_lost(str(period["subscription_id"]))
        if kind == "CPOR":
            row |= self._claim(subscription)
        elif kind == "PAL":
            row |= {"tenant_id": self._tenant(), "principal_id": self.pick(["u0", "u1"])}
            row |= {"via_lighthouse": "true", "tenant_id": "own"} if self.once_in(8) else {}
            row["changed_by_role"] = self.pick(["", "", "partner_user", *ROLES])
        else:
            row |= {"subscription_id": subscription, "csp_role": self.pick(["provider", "reseller", "reseller"])}
            row["set_by_role"] = self.pick(["", "customer_owner", "customer_account_admin", *ROLES])
        row["state"] = row.get("state", self.pick(["", "active", "active", "active", "ended"]))
        if self.once_in(60):
            row[self.pick(["state", "type", "cpor_subtype"])] = self.pick(["odd", "odd", "approved"])
        if self.once_in(10):
            row |= self._stray(row)
        return row

    def _stray(self, row: Row) -> Row:
        """Return cells that mean nothing for the type of an association."""
        if row["type"] == "CPOR":
            return {
                "csp_role": self.pick(["provider", "reseller"]),
                "principal_id": "u0",
                "partner_id": self.pick(["p1", ""]),
            }
        return {"cpor_subtype": self.pick(_SUBTYPES), "workload": "Exchange", "decided_on": self.pick(_DAYS)}

    def _claim(self, subscription: str) -> Row:
        claim: Row = {"cpor_subtype": self.pick(["", *_SUBTYPES * 4]), "state": self.pick(_STATES)}
        claim |= {"set_by_role": actor(self.random), "poe": self.pick(["", "", "", "true", "false"])}
        claim["incentive_opt_out"] = self.pick(["", "", "false", "true"])
        submitted, decided = sorted(self.random.sample(_DAYS, 2))
        claim |= {"submitted_on": self.pick(["", submitted]), "decided_on": self.pick(["", decided])}
        if self.once_in(8):
            claim |= dict.fromkeys(["submitted_on", "decided_on", "starts_on", "ends_on"], "")
        place = next((row for row in self.subscriptions if row["subscription_id"] == subscription), {})
        on_workload = str(claim["cpor_subtype"]).endswith("M365")
        if on_workload != self.once_in(12):
            claim |= {"tenant_id": self._tenant(), "workload": self.pick(_WORKLOADS[:4] * 3 + _WORKLOADS)}
        if not on_workload or self.once_in(5):
            claim |= {"subscription_id": subscription, "tenant_id": self.pick(["", place.get("tenant_id", "")])}
        claim["tenant_id"] = self._tenant() if self.once_in(15) else claim.get("tenant_id", "")
        known = claim["tenant_id"] or place.get("tenant_id", "")
        claim["tenant_domain"] = self.pick(["", "", f"{known}.example", f"{known}.example", "T1.example", "t2.test"])
        return claim

    def _history(self, claim: Row) -> list[Row]:
        is_told = claim["type"] == "CPOR" and self.once_in(3)
        return history(self.random, self._or_lost(str(claim["association_id"])), _DAYS) if is_told else []

    def _grant(self, role: str) -> Row:
        scopes = [*_TENANTS, "s0", "s1", "/subscriptions/s2", "/subscriptions/s3/resourceGroups/rg", "nowhere"]
        return {"principal_id": self.pick(["u0", "u1"]), "scope": self.pick(scopes), "role": role, **self._dates()}

    def _resources(self) -> list[Row]:
        kind = "gadget" if self.once_in(8) else "app"
        return [
            {"resource_id": "r0", "tenant_id": self._tenant(), "subscription_id": self._or_lost("s0"), "kind": kind}
        ]

    def _usage(self) -> Row:
        place = self.pick([{}, {"subscription_id": self._or_lost("s1")}, {"resource_id": self._or_lost("r0")}])
        figure = self.pick(["paid_available_units", "monthly_active_users", "acr_usd"])
        row = {
            "tenant_id": self._tenant(),
            "workload": self.pick(_WORKLOADS),
            "month": self.pick(["2023-08", "2023-09"]),
        }
        return {**row, **place, figure: self.random.randrange(3), "metric_type": self.pick(["", "paid", "trial"])}

    def _contradiction(self, rows: list[Row]) -> Row:
        """Return a row with the id of another, that says something else of it."""
        row = dict(self.pick(rows))
        said = {
            "cloud": "public",
            "customer_id": "c1",
            "partner_id": self._partner(),
            "set_by_role": "microsoft",
            "poe": "true",
        }
        column = self.pick([name for name in said if name in row] or ["name"])
        return {**row, column: said.get(column, "another")}


def invent_faults(random: Random, folder: Path) -> Evaluation:
    """Write a bundle into a folder and return what to ask of it."""
    mischief = Mischief(random)
    for name, rows in mischief.files().items():
        if rows:
            write(folder / f"{name}.csv", rows)
    return mischief.asked
