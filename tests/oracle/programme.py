"""The packs of the programme with their validity, the switches with their defaults, and what an evaluation asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

STARTS = {"2023-06": "", "2023-10": "2023-10-01", "2026-08": "2026-08-01"}
_DEFAULTS = {
    "exclusivityAcrossSubtypes": "strict",
    "adminLinkRoleForScore": "any",
    "tierTwoProviderCredit": "off",
    "tporBlockedByAnyDpor": "off",
    "optOutWindow": "anyTime",
    "claimCreators": "adminAndUser",
    "dporSetters": "withSubscriptionAdmins",
    "dporChannels": "withDirect",
    "dedupeOrder": "linkFirst",
    "businessNetAddFloorSmb": "250",
    "incentiveSeatFloor": "300",
    "proofForRecognition": "optional",
    "advisorBringsRevenue": "on",
    "zeroMetric": "aboveZero",
    "qualificationWindow": "fullMonths",
}
OPTIONS = {
    "exclusivityAcrossSubtypes": ["strict", "lenient"],
    "adminLinkRoleForScore": ["any", "earnedCredit"],
    "tierTwoProviderCredit": ["off", "on"],
    "tporBlockedByAnyDpor": ["off", "on"],
    "optOutWindow": ["anyTime", "fiveBusinessDays"],
    "claimCreators": ["adminAndUser", "adminOnly"],
    "dporSetters": ["withSubscriptionAdmins", "ownersOnly"],
    "dporChannels": ["withDirect", "enterpriseAgreementOnly"],
    "dedupeOrder": ["linkFirst", "cspFirst"],
    "businessNetAddFloorSmb": ["250", "500", "1500"],
    "incentiveSeatFloor": ["300", "301"],
    "proofForRecognition": ["optional", "required"],
    "advisorBringsRevenue": ["on", "off"],
    "zeroMetric": ["aboveZero", "onePoint"],
    "qualificationWindow": ["fullMonths", "sameDay"],
}


def pack_on(day: str) -> str:
    """Return the pack that is valid on a day."""
    return max(pack for pack, start in STARTS.items() if start <= day)


@dataclass(frozen=True)
class Evaluation:
    """A day, the pack if one was asked for by name, and the options that were chosen for switches."""

    day: str
    named: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    accounts_on: str = ""
    """The day on which accounts are looked at, where that is another."""

    def on(self, day: str) -> "Evaluation":
        """Return the same for another day."""
        return replace(self, day=day)

    @property
    def accounts_day(self) -> str:
        """Return the day on which accounts are looked at."""
        return self.accounts_on or self.day

    @property
    def pack(self) -> str:
        """Return the pack that credits and the present state are judged by."""
        return self.named or pack_on(self.day)

    def pack_of(self, day: str) -> str:
        """Return the pack that something of an earlier day, if that is known, is judged by."""
        return self.named or pack_on(day or self.day)

    def option(self, switch: str, pack: str = "") -> str:
        """Return what is chosen for a switch, or the default of a pack, which is that of the evaluation."""
        if switch == "proofForRecognition" and (pack or self.pack) >= "2023-10":
            return self.chosen.get(switch, "required")
        return self.chosen.get(switch, _DEFAULTS[switch])
