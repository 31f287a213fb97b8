"""What the eligibility matrix allows, typed off its rows pack by pack; what is missing means no."""

from oracle.programme import STARTS, Evaluation

SCORE = "net_customer_adds deployments usage_growth"
BOTH = ("enterprise", "smb")
NONE = ("",)

_CSP = "CSP_LEGACY CSP_NCE"
_M365 = "EA CASA_EES WEB_DIRECT CSP_LEGACY CSP_NCE MCA_E OPEN"
_DIRECT = "EA CASA_EES WEB_DIRECT"
_ANY = f"{_M365} MPSA"
_BUSINESS = "D365_CORE D365_CI POWER_PLATFORM"
_MODERN = "M365_MW M365_MW_RECOG_ONLY"

# kinds or sub-types, product codes, channels, segments, metrics
_ROWS = [
    ("OSU_M365", "M365_MW", _M365, BOTH, f"{SCORE} incentive"),
    ("OSU_M365", "M365_SEC", _M365, NONE, f"{SCORE} incentive"),
    ("USAGE_ONLY_M365", _MODERN, _M365, BOTH, SCORE),
    ("USAGE_ONLY_M365", "M365_SEC M365_SEC_RECOG_ONLY", _M365, NONE, SCORE),
    ("OSA", _BUSINESS, _DIRECT, NONE, "incentive"),
    ("REVREC", _BUSINESS, f"{_DIRECT} CSP_LEGACY", NONE, "net_customer_adds revenue"),
    ("REVREC_PERFORMANCE", _BUSINESS, f"{_DIRECT} CSP_LEGACY", NONE, "net_customer_adds revenue"),
    ("OSU_BA", "D365_CORE", "EA CASA_EES", NONE, "deployments usage_growth incentive"),
    ("DPOR", "AZURE_ALL", _DIRECT, NONE, f"{SCORE} revenue"),
    ("DPOR", _MODERN, _DIRECT, ("enterprise",), f"{SCORE} revenue"),
    ("DPOR", "D365_CORE", _DIRECT, NONE, f"{SCORE} revenue"),
    ("DPOR", "D365_CI POWER_PLATFORM", _DIRECT, NONE, "net_customer_adds revenue"),
    ("PAL", "AZURE_ALL AZURE_SEC", "EA WEB_DIRECT CSP_LEGACY CSP_NCE MCA_E", NONE, f"{SCORE} revenue incentive"),
    ("PAL", "POWER_PLATFORM", _ANY, NONE, "deployments usage_growth incentive"),
    ("PAL", "D365_CI", _ANY, NONE, "deployments usage_growth"),
    ("CSP", "AZURE_ALL D365_CORE", _CSP, NONE, f"{SCORE} revenue incentive"),
    ("CSP", "D365_CI POWER_PLATFORM", _CSP, NONE, "net_customer_adds revenue incentive"),
    ("CSP", _MODERN, _CSP, ("smb",), f"{SCORE} revenue incentive"),
    (
        "TPOR",
        f"{_MODERN} {_BUSINESS} M365_SEC M365_SEC_RECOG_ONLY AZURE_ALL AZURE_SEC",
        "EA",
        NONE,
        "revenue incentive",
    ),
]
# pack and what its rows say of a kind, its products and channels: the metrics from then on
_LATER = [
    ("2023-10", "REVREC REVREC_PERFORMANCE", _BUSINESS, "CSP_LEGACY", NONE, ""),
    ("2023-10", "OSU_BA", "D365_CORE", "EA CASA_EES WEB_DIRECT", NONE, "deployments usage_growth"),
    ("2026-08", "CSP", "M365_SEC M365_SEC_RECOG_ONLY AZURE_SEC", _CSP, NONE, SCORE),
]
Cells = dict[tuple[str, str, str], tuple[list[str], tuple[str, ...]]]


def _cells(pack: str) -> Cells:
    later = [row for since, *row in _LATER if since <= pack]
    return {
        (kind, code, channel): (metrics.split(), segments)
        for kinds, codes, channels, segments, metrics in [*_ROWS, *later]
        for kind in kinds.split()
        for code in codes.split()
        for channel in channels.split()
    }


_ALLOWED = {pack: _cells(pack) for pack in STARTS}


def allowed(kind: str, code: str, channel: str, asked: Evaluation) -> tuple[list[str], tuple[str, ...]]:
    """Return the metrics and the segments that the matrix allows; an unknown channel fails no condition."""
    cells = _ALLOWED[asked.pack]
    if kind == "DPOR" and asked.option("dporChannels") == "enterpriseAgreementOnly":
        cells = {key: cell for key, cell in cells.items() if key[0] != "DPOR" or key[2] == "EA"}
    if channel:
        return cells.get((kind, code, channel), ([], NONE))
    fitting = [cell for (of, product, _), cell in cells.items() if (of, product) == (kind, code)]
    return max(fitting, key=lambda cell: len(cell[0]), default=([], NONE))
