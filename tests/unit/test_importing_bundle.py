"""What the rows of a bundle say in the graph: each expected line is written by hand from the bundle's description."""

from __future__ import annotations

import hashlib
from pathlib import Path

from staged import lines_of, stage_kept, write_files, write_zip

TENANT = "0a0a0a0a-0000-0000-0000-000000000001"


def test_a_partner_is_an_account_and_a_period(tmp_path: Path) -> None:
    lines = lines_of(
        tmp_path,
        {
            "partners.csv": "partner_id,account_type,name,global_partner_id,parent_since,kinds,mpa_signed_on\n"
            "0012,location,Ostrava,0011,2023-01-01,lsp| EDA ,2022-05-01\n"
        },
    )
    period = "/account-period/0012/2023-01-01/0011"
    assert lines == {
        "/partner/0012 a pg:PartnerAccount",
        '/partner/0012 pg:partnerId "0012"',
        '/partner/0012 pg:name "Ostrava"',
        "/partner/0012 pg:actsAs pgv:KindLsp",
        "/partner/0012 pg:actsAs pgv:KindEda",
        '/partner/0012 pg:agreementSignedOn "2022-05-01"^^xsd:date',
        '/partner/0012 pg:statedAt "partners.csv:2"',
        f"{period} a pg:AccountPeriod",
        f"{period} pg:ofAccount /partner/0012",
        f"{period} pg:hasAccountType pgv:LocationAccountType",
        f"{period} pg:hasParentAccount /partner/0011",
        f'{period} pg:startsOn "2023-01-01"^^xsd:date',
        f'{period} pg:statedAt "partners.csv:2"',
    }


def test_a_global_account_that_names_itself_has_no_parent_and_a_location_that_does_has_one(tmp_path: Path) -> None:
    lines = lines_of(
        tmp_path,
        {"partners.csv": "partner_id,account_type,global_partner_id\n1,Global,1\n2,location,2\n3,global,\n"},
    )
    assert {line for line in lines if "hasParentAccount" in line} == {
        "/account-period/2/open/2 pg:hasParentAccount /partner/2"
    }
    assert "/account-period/3/open/none a pg:AccountPeriod" in lines


def test_an_empty_cell_says_nothing_but_where_the_bundle_says_none(tmp_path: Path) -> None:
    lines = lines_of(
        tmp_path,
        {
            "subscriptions.csv": "subscription_id,tenant_id,product,channel,status,seats,azure_plan,"
            "partner_id_on_record,first_activity_on,provisioned,ends_on\n"
            "S1,,,,,,,,,,\n"
        },
    )
    period = next(line.split()[0] for line in lines if "ofSubscription" in line)
    assert period.startswith("/subscription-period/S1/open/")
    assert lines == {
        "/subscription/S1 a pg:Subscription",
        '/subscription/S1 pg:subscriptionId "S1"',
        '/subscription/S1 pg:azurePlan "false"^^xsd:boolean',
        '/subscription/S1 pg:activityRecorded "false"^^xsd:boolean',
        '/subscription/S1 pg:statedAt "subscriptions.csv:2"',
        f"{period} a pg:SubscriptionPeriod",
        f"{period} pg:ofSubscription /subscription/S1",
        f'{period} pg:namesNoPartnerOfRecord "true"^^xsd:boolean',
        f'{period} pg:statedAt "subscriptions.csv:2"',
    }


def test_a_column_that_is_not_there_says_nothing_at_all(tmp_path: Path) -> None:
    lines = lines_of(tmp_path, {"subscriptions.csv": "subscription_id,tenant_id,product,channel\nS1,T1,Power BI,EA\n"})
    period = next(line.split()[0] for line in lines if "ofSubscription" in line)
    assert lines == {
        "/subscription/S1 a pg:Subscription",
        '/subscription/S1 pg:subscriptionId "S1"',
        "/subscription/S1 pg:belongsToTenant /tenant/T1",
        '/subscription/S1 pg:productName "Power BI"',
        "/subscription/S1 pg:isForProduct pgv:PowerBi",
        '/subscription/S1 pg:statedAt "subscriptions.csv:2"',
        f"{period} a pg:SubscriptionPeriod",
        f"{period} pg:ofSubscription /subscription/S1",
        f"{period} pg:hasChannel pgv:EA",
        f'{period} pg:statedAt "subscriptions.csv:2"',
    }


def test_rows_of_one_subscription_are_one_period_only_where_they_agree(tmp_path: Path) -> None:
    head = "subscription_id,tenant_id,product,channel,status,starts_on\n"
    same = "S1,T1,Power BI,EA,active,2023-01-01\n"
    other = "S1,T1,Power BI,EA,suspended,2023-01-01\n"
    once = lines_of(tmp_path / "a", {"subscriptions.csv": head + same + same})
    twice = lines_of(tmp_path / "b", {"subscriptions.csv": head + same + other})
    assert len({line for line in once if "a pg:SubscriptionPeriod" in line}) == 1
    assert len({line for line in twice if "a pg:SubscriptionPeriod" in line}) == 2


def test_a_claim_on_a_workload_names_the_measured_thing(tmp_path: Path) -> None:
    lines = lines_of(
        tmp_path,
        {
            "associations.csv": "association_id,type,partner_id,tenant_id,workload,state,via_lighthouse\n"
            f"A1,cpor,0012,{TENANT.upper()},  exchange ,Approved,\n"
        },
    )
    thing = f"/workload-in-tenant/{TENANT}/Exchange"
    assert lines == {
        "/association/A1 a pg:Association",
        "/association/A1 a pg:ClaimingPartnerOfRecord",
        '/association/A1 pg:associationId "A1"',
        "/association/A1 pg:isHeldBy /partner/0012",
        f"/association/A1 pg:concernsTenant /tenant/{TENANT}",
        "/association/A1 pg:hasState pgv:StateApproved",
        '/association/A1 pg:viaLighthouse "false"^^xsd:boolean',
        '/association/A1 pg:statedAt "associations.csv:2"',
        f"/association/A1 pg:coversWorkload {thing}",
        f"{thing} a pg:WorkloadInTenant",
        f"{thing} pg:inTenant /tenant/{TENANT}",
        f"{thing} pg:ofWorkload pgv:Exchange",
        f'{thing} pg:statedAt "associations.csv:2"',
    }


def test_a_link_makes_its_credential_known_with_or_without_a_row_of_its_own(tmp_path: Path) -> None:
    link = "association_id,type,partner_id,tenant_id,principal_id\nA1,PAL,1,T1,u1\nA2,PAL,2,T1,u1\n"
    alone = lines_of(tmp_path / "a", {"associations.csv": link})
    assert {line for line in alone if line.startswith("/principal")} == {
        "/principal/T1/u1 a pg:Credential",
        '/principal/T1/u1 pg:principalId "u1"',
        "/principal/T1/u1 pg:belongsToTenant /tenant/T1",
        '/principal/T1/u1 pg:statedAt "associations.csv:2"',
    }
    assert "/association/A2 pg:coversCredential /principal/T1/u1" in alone
    both = lines_of(
        tmp_path / "b",
        {"associations.csv": link, "principals.csv": "principal_id,tenant_id,disabled_on\nu1,T1,2023-04-01\n"},
    )
    assert {line for line in both if line.startswith("/principal")} == {
        "/principal/T1/u1 a pg:Credential",
        '/principal/T1/u1 pg:principalId "u1"',
        "/principal/T1/u1 pg:belongsToTenant /tenant/T1",
        '/principal/T1/u1 pg:disabledOn "2023-04-01"^^xsd:date',
        '/principal/T1/u1 pg:statedAt "principals.csv:2"',
    }


def test_codes_and_labels_that_nobody_knows_stay_visible(tmp_path: Path) -> None:
    lines = lines_of(
        tmp_path,
        {
            "associations.csv": "association_id,type,partner_id,tenant_id,workload,state\n"
            "A1,X YZ,1,T1,Teleport Pro,on/off\n",
            "subscriptions.csv": "subscription_id,tenant_id,product,channel\nS1,T1,Teleport Pro,Barter\n",
        },
    )
    thing = "/workload-in-tenant/T1/~teleport%20pro"
    expected = {
        "/association/A1 a pg:Association",
        '/association/A1 pg:unrecognisedType "X YZ"',
        "/association/A1 pg:hasState /unrecognised/state/on%2Foff",
        f"/association/A1 pg:coversWorkload {thing}",
        f"{thing} pg:ofWorkload /product/teleport%20pro",
        '/product/teleport%20pro pg:productName "Teleport Pro"',
        '/subscription/S1 pg:productName "Teleport Pro"',
    }
    assert expected <= lines
    assert not any("isForProduct" in line for line in lines)
    assert any(line.endswith("pg:hasChannel /unrecognised/channel/Barter") for line in lines)
    assert {line for line in lines if line.startswith("/association/A1 a ")} == {"/association/A1 a pg:Association"}


def test_claim_events_keep_each_state_of_each_day(tmp_path: Path) -> None:
    lines = lines_of(
        tmp_path,
        {"claim_events.csv": "association_id,on,state\nA1,2023-05-01,approved\nA1,2023-05-01,submitted\n"},
    )
    assert lines >= {
        "/claim-event/A1/2023-05-01/approved pg:ofClaim /association/A1",
        '/claim-event/A1/2023-05-01/approved pg:occurredOn "2023-05-01"^^xsd:date',
        "/claim-event/A1/2023-05-01/approved pg:hasState pgv:StateApproved",
        "/claim-event/A1/2023-05-01/submitted pg:hasState /unrecognised/state/submitted",
    }


def test_a_scope_reaches_the_thing_that_it_names(tmp_path: Path) -> None:
    vault = "/Subscriptions/S-9/resourceGroups/rg/providers/Vault/v1"
    lines = lines_of(
        tmp_path,
        {
            "tenants.csv": f"tenant_id,customer_id\n{TENANT},C1\n",
            "subscriptions.csv": "subscription_id,tenant_id,product,channel\nS-9,,,\n",
            "resources.csv": f"resource_id,tenant_id,kind\n{vault},{TENANT},azure\n",
            "role_assignments.csv": "principal_id,scope,role\n"
            f"u1,{TENANT.upper()},Owner\n"
            "u1,S-9,Owner\n"
            "u1,/subscriptions/S-9/,Owner\n"
            f"u1,{vault},Owner\n"
            "u1,/subscriptions/S-9/resourceGroups/rg,Owner\n"
            "u1,elsewhere,Owner\n",
        },
    )
    reached = {line.split(" pg:reaches ")[1] for line in lines if "pg:reaches" in line}
    low = vault.lower()
    resource = "/resource/" + low.replace("/", "%2F")
    assert reached == {f"/tenant/{TENANT}", "/subscription/S-9", resource}
    assert sum("pg:reaches" in line for line in lines) == 4
    assert {line.split('"')[1] for line in lines if "pg:scope " in line} == {
        TENANT,
        "S-9",
        "/subscriptions/s-9",
        low,
        "/subscriptions/s-9/resourcegroups/rg",
        "elsewhere",
    }
    assert sum("pg:liesInSubscription /subscription/S-9" in line for line in lines) == 2
    assert sum("pg:liesInSubscription" in line for line in lines) == 2


def test_usage_is_measured_on_the_narrowest_thing_with_as_few_lines_as_can_be(tmp_path: Path) -> None:
    lines = lines_of(
        tmp_path,
        {
            "usage.csv": "tenant_id,subscription_id,resource_id,workload,month,paid_available_units,"
            "monthly_active_users,revenue_usd,acr_usd,capacity,metric_type\n"
            "T1,,,Exchange,2023-05,300,120,,,,paid\n"
            "T1,,,Exchange,2023-06,310,,,,,\n"
            "T1,S1,,exchange,2023-05,,,-4.50,,,\n"
            "T1,S1,R1,Exchange,2023-05,,,,10,0.5,Trial\n"
        },
    )
    tenant_wide, in_subscription, in_resource = (
        "/workload-in-tenant/T1/Exchange",
        "/workload-in-subscription/T1/S1/Exchange",
        "/workload-in-resource/T1/R1/Exchange",
    )
    assert lines == {
        f"{tenant_wide} a pg:WorkloadInTenant",
        f"{tenant_wide} pg:inTenant /tenant/T1",
        f"{tenant_wide} pg:ofWorkload pgv:Exchange",
        f'{tenant_wide} pg:statedAt "usage.csv:2"',
        f"/usage/T1/Exchange/2023-05 pg:measures {tenant_wide}",
        '/usage/T1/Exchange/2023-05 pg:month "2023-05"^^xsd:gYearMonth',
        '/usage/T1/Exchange/2023-05 pg:paidAvailableUnits "300"^^xsd:integer',
        '/usage/T1/Exchange/2023-05 pg:monthlyActiveUsers "120"^^xsd:integer',
        f"/usage/T1/Exchange/2023-06 pg:measures {tenant_wide}",
        '/usage/T1/Exchange/2023-06 pg:month "2023-06"^^xsd:gYearMonth',
        '/usage/T1/Exchange/2023-06 pg:paidAvailableUnits "310"^^xsd:integer',
        f"{in_subscription} a pg:WorkloadInSubscription",
        f"{in_subscription} pg:inTenant /tenant/T1",
        f"{in_subscription} pg:inSubscription /subscription/S1",
        f"{in_subscription} pg:ofWorkload pgv:Exchange",
        f'{in_subscription} pg:statedAt "usage.csv:4"',
        f"/usage/T1/S1/Exchange/2023-05 pg:measures {in_subscription}",
        '/usage/T1/S1/Exchange/2023-05 pg:month "2023-05"^^xsd:gYearMonth',
        '/usage/T1/S1/Exchange/2023-05 pg:revenue "-4.5"^^xsd:decimal',
        f"{in_resource} a pg:WorkloadInResource",
        f"{in_resource} pg:inTenant /tenant/T1",
        f"{in_resource} pg:inResource /resource/R1",
        f"{in_resource} pg:inSubscription /subscription/S1",
        f"{in_resource} pg:ofWorkload pgv:Exchange",
        f'{in_resource} pg:statedAt "usage.csv:5"',
        f"/usage/T1/R1/Exchange/2023-05/trial pg:measures {in_resource}",
        '/usage/T1/R1/Exchange/2023-05/trial pg:month "2023-05"^^xsd:gYearMonth',
        "/usage/T1/R1/Exchange/2023-05/trial pg:isMetricType pgv:TrialUsage",
        '/usage/T1/R1/Exchange/2023-05/trial pg:azureConsumedRevenue "10"^^xsd:decimal',
        '/usage/T1/R1/Exchange/2023-05/trial pg:capacity "0.5"^^xsd:decimal',
    }


def test_a_figure_of_zero_is_said_and_an_empty_one_is_not(tmp_path: Path) -> None:
    lines = lines_of(
        tmp_path,
        {
            "usage.csv": "tenant_id,workload,month,paid_available_units,monthly_active_users\n"
            "T1,Exchange,2023-05,0,\nT1,Exchange,2023-06, ,0\n"
        },
    )
    assert {line for line in lines if "Units" in line or "Users" in line} == {
        '/usage/T1/Exchange/2023-05 pg:paidAvailableUnits "0"^^xsd:integer',
        '/usage/T1/Exchange/2023-06 pg:monthlyActiveUsers "0"^^xsd:integer',
    }


def test_nothing_personal_of_a_certified_person_is_kept(tmp_path: Path) -> None:
    mail = "jana.nova@example.org"
    digest = "ABCDEF0123456789ABCDEF0123456789"
    folder = write_files(
        tmp_path,
        {
            "certifications.csv": "person_key,certification,global_partner_id,linked_on,e-mail,name\n"
            f"{mail},Data Analyst,1,2023-04-01,{mail},Jana Nova\n"
            f"{digest},Data Analyst,1,,,\n"
        },
    )
    staged, sink = stage_kept(folder)
    key = hashlib.sha256(mail.encode()).hexdigest()[:32]
    assert f"/person/{key}>" in sink.text
    assert f"certification-link/{key}/Data%20Analyst/2023-04-01/1>" in sink.text
    assert f"/person/{digest.lower()}>" in sink.text
    assert "jana" not in sink.text.casefold() + str(staged.notes).casefold()
    assert staged.notes == (
        "certifications.csv: column 'e-mail' is not known and was not read",
        "certifications.csv: column 'name' is not known and was not read",
    )


def test_headers_match_without_regard_to_case_underscores_and_blanks(tmp_path: Path) -> None:
    plain = lines_of(tmp_path / "a", {"tenants.csv": "tenant_id,customer_id,cloud\nT1,C1,\n"})
    fancy = lines_of(tmp_path / "b", {"tenants.csv": "\ufeffTenant ID, CustomerId ,CLOUD\r\nT1,C1,\r\n"})
    assert plain == fancy


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    lines = lines_of(
        tmp_path,
        {"customers.csv": 'customer_id,name\nC1,"two\nlines"\n\nC2,\n,\nC3,"a ""quoted"" name, with comma"\n'},
    )
    assert {line for line in lines if "statedAt" in line} == {
        '/customer/C1 pg:statedAt "customers.csv:2"',
        '/customer/C2 pg:statedAt "customers.csv:4"',
        '/customer/C3 pg:statedAt "customers.csv:6"',
    }
    assert '/customer/C1 pg:name "two\\nlines"' in lines
    assert '/customer/C3 pg:name "a \\"quoted\\" name, with comma"' in lines


def test_ids_with_any_character_become_iris(tmp_path: Path) -> None:
    lines = lines_of(tmp_path, {"customers.csv": 'customer_id\n"a/b c<d>"\nŽ\n'})
    assert "/customer/a%2Fb%20c%3Cd%3E a pg:Customer" in lines
    assert "/customer/%C5%BD a pg:Customer" in lines


def test_a_score_and_a_designation_are_records_of_the_global_account(tmp_path: Path) -> None:
    lines = lines_of(
        tmp_path,
        {
            "designations.csv": "global_partner_id,solution_area,enrolled_on\n1,Modern_Work,\n",
            "score_history.csv": "global_partner_id,solution_area,on,total,qualified\n"
            "1,modern_work,2023-05-31,74.714,True\n",
        },
    )
    score = "/score/1/modern_work/2023-05-31"
    assert lines == {
        "/designation/1/modern_work/open a pg:Designation",
        "/designation/1/modern_work/open pg:isAwardedTo /partner/1",
        "/designation/1/modern_work/open pg:inSolutionArea pgv:ModernWork",
        '/designation/1/modern_work/open pg:statedAt "designations.csv:2"',
        f"{score} a pg:ScoreRecord",
        f"{score} pg:isAwardedTo /partner/1",
        f"{score} pg:inSolutionArea pgv:ModernWork",
        f'{score} pg:recordedOn "2023-05-31"^^xsd:date',
        f'{score} pg:total "74.714"^^xsd:decimal',
        f'{score} pg:qualified "true"^^xsd:boolean',
        f'{score} pg:statedAt "score_history.csv:2"',
    }


def test_a_workload_without_a_tenant_is_noted(tmp_path: Path) -> None:
    folder = write_files(
        tmp_path,
        {
            "associations.csv": "association_id,type,partner_id,workload,tenant_id\n"
            "A1,CPOR,1,Exchange,\nA2,CPOR,1,Exchange,T1\n"
        },
    )
    staged, sink = stage_kept(folder)
    (note,) = staged.notes
    assert note.startswith("associations.csv: 'workload' says nothing where 'tenant_id' is empty")
    assert note.endswith("(rows: 1, the first is 2)")
    assert "/association/A2> " in sink.text


def test_a_folder_and_its_zip_say_the_same_but_for_the_place(tmp_path: Path) -> None:
    files = {"customers.csv": "customer_id\nC1\n", "tenants.csv": "tenant_id,customer_id\nT1,C1\n"}
    plain = lines_of(tmp_path / "a", files)
    archive = write_zip(tmp_path / "b.zip", {f"export/{name}": text for name, text in files.items()})
    staged, sink = stage_kept(archive)
    assert [file.name for file in staged.files] == ["b.zip/export/customers.csv", "b.zip/export/tenants.csv"]
    assert sink.text.count("\n") == len(plain)
    assert '"b.zip/export/tenants.csv:2"' in sink.text


def test_everything_written_is_valid_and_goes_to_the_sink_at_once(tmp_path: Path, examples: Path) -> None:
    staged, sink = stage_kept(examples / "good")
    assert sink.formats == ["ntriples"]
    assert staged.notes == ()
    assert staged.lists_designations
    assert {file.name for file in staged.files} == {path.name for path in (examples / "good").iterdir()}
    by_name = {file.name: file for file in staged.files}
    content = (examples / "good" / "usage.csv").read_bytes()
    assert by_name["usage.csv"].sha256 == hashlib.sha256(content).hexdigest()
    assert by_name["usage.csv"].byte_count == len(content)
