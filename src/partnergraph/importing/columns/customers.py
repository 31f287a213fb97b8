"""Customers, their tenants, subscriptions and resources, and what is used there."""

from __future__ import annotations

from partnergraph.importing.table import (
    Column,
    Measures,
    Node,
    Part,
    Table,
    code,
    date,
    flag,
    flag_else_false,
    identifier,
    or_open,
    text,
    thing,
)

TENANT_ID = Part(column="tenant_id")
_WORKLOAD = Part(column="workload", form="product")
_MEASURED = (
    thing("tenant_id", "inTenant", "tenant"),
    Column(name="workload", form="product", property="ofWorkload"),
)
_IN_SUBSCRIPTION = thing("subscription_id", "inSubscription", "subscription")
WORKLOAD_IN_TENANT = Node(
    kind="workload-in-tenant",
    type="WorkloadInTenant",
    key=(TENANT_ID, _WORKLOAD),
    columns=_MEASURED,
    reached_by="coversWorkload",
    once=True,
)

CUSTOMERS = Table(
    file="customers.csv",
    required=("customer_id",),
    nodes=(
        Node(
            kind="customer",
            type="Customer",
            key=(Part(column="customer_id"),),
            columns=(
                identifier("customer_id", "customerId"),
                text("name", "name"),
                thing("same_organisation_as", "isSameOrganisationAs", "partner"),
            ),
        ),
    ),
)

TENANTS = Table(
    file="tenants.csv",
    required=("tenant_id", "customer_id"),
    nodes=(
        Node(
            kind="tenant",
            type="Tenant",
            key=(TENANT_ID,),
            columns=(
                identifier("tenant_id", "tenantId"),
                thing("customer_id", "belongsToCustomer", "customer"),
                text("name", "name"),
                text("domain", "domain"),
                text("country", "country"),
                code("cloud", "isInCloud", "Cloud"),
            ),
            remembered=True,
        ),
    ),
)

SUBSCRIPTIONS = Table(
    file="subscriptions.csv",
    required=("subscription_id", "tenant_id", "product", "channel"),
    nodes=(
        Node(
            kind="subscription",
            type="Subscription",
            key=(Part(column="subscription_id"),),
            columns=(
                identifier("subscription_id", "subscriptionId"),
                thing("tenant_id", "belongsToTenant", "tenant"),
                text("product", "productName"),
                Column(name="product", form="known product", property="isForProduct"),
                identifier("agreement_id", "agreementId"),
                code("offer_type", "hasOfferType", "OfferType"),
                flag_else_false("azure_plan", "azurePlan"),
                thing("replaces_subscription_id", "replacesSubscription", "subscription"),
                Column(
                    name="first_activity_on",
                    form="date",
                    property="firstActivityOn",
                    when_empty=("activityRecorded", "false"),
                ),
            ),
            remembered=True,
        ),
        Node(
            kind="subscription-period",
            type="SubscriptionPeriod",
            key=(Part(column="subscription_id"), or_open("starts_on")),
            columns=(
                code("status", "hasStatus", "SubscriptionStatus"),
                code("channel", "hasChannel", "Channel"),
                flag("provisioned", "provisioned"),
                Column(name="seats", form="count", property="seatCount"),
                date("starts_on", "startsOn"),
                date("ends_on", "endsOn"),
                Column(
                    name="partner_id_on_record",
                    form="thing",
                    property="namesPartnerOfRecord",
                    of="partner",
                    when_empty=("namesNoPartnerOfRecord", "true"),
                ),
            ),
            leads_to="ofSubscription",
            by_content=True,
        ),
    ),
)

RESOURCES = Table(
    file="resources.csv",
    required=("resource_id", "tenant_id", "kind"),
    nodes=(
        Node(
            kind="resource",
            type="Resource",
            key=(Part(column="resource_id"),),
            columns=(
                identifier("resource_id", "resourceId"),
                thing("tenant_id", "belongsToTenant", "tenant"),
                thing("subscription_id", "belongsToSubscription", "subscription"),
                code("kind", "hasResourceKind", "ResourceKind"),
                code("environment_type", "hasEnvironmentType", "EnvironmentType"),
            ),
            remembered=True,
        ),
    ),
)

USAGE = Table(
    file="usage.csv",
    required=("tenant_id", "workload", "month"),
    measures=Measures(
        things=(
            Node(
                kind="workload-in-resource",
                type="WorkloadInResource",
                key=(TENANT_ID, Part(column="resource_id"), _WORKLOAD),
                columns=(*_MEASURED, thing("resource_id", "inResource", "resource"), _IN_SUBSCRIPTION),
                once=True,
            ),
            Node(
                kind="workload-in-subscription",
                type="WorkloadInSubscription",
                key=(TENANT_ID, Part(column="subscription_id"), _WORKLOAD),
                columns=(*_MEASURED, _IN_SUBSCRIPTION),
                once=True,
            ),
            WORKLOAD_IN_TENANT,
        ),
        month=Column(name="month", form="month", property="month"),
        variant=code("metric_type", "isMetricType", "MetricType"),
        usual="paid",
        figures=(
            Column(name="paid_available_units", form="count", property="paidAvailableUnits"),
            Column(name="monthly_active_users", form="count", property="monthlyActiveUsers"),
            Column(name="revenue_usd", form="money", property="revenue"),
            Column(name="acr_usd", form="money", property="azureConsumedRevenue"),
            Column(name="capacity", form="amount", property="capacity"),
        ),
    ),
)
