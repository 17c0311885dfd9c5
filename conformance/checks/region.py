"""
REGION: only workspaces in the US are connected, and their data stay there.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from attrs import frozen

from conformance.checks.check import Check, Difference, Sighting, place_of
from conformance.checks.evidence import Arrival, Evidence
from conformance.checks.expectation import ConnectionFacts
from conformance.checks.hosts import can_carry_chat, is_own_machine, is_segments, is_within
from conformance.checks.observation import Observed
from conformance.checks.silence import answer_under, exchanges_under, region_refused, reported
from conformance.errors import RegionUnsupported
from conformance.ingestion import ENDPOINTS
from conformance.record import Answer


@frozen(kw_only=True, eq=False)
class Outage:
    """
    A request that the failing US endpoint did not take, and those that went to the EU endpoint after it.
    """

    failed: Arrival
    elsewhere: tuple[Arrival, ...]


def events_of_us_workspaces(evidence: Evidence) -> Iterator[Observed]:
    """
    The live-chat events of workspaces in the US, as their write key or their cause in the chat tells.
    """
    if any(connection.in_us for connection in evidence.connections) or not evidence.connections:
        silent = {c.settings.source.write_key for c in evidence.connections if not c.in_us}
        for event in evidence.events:
            if event.first.exchange and event.first.write_key not in silent:
                yield event


def goes_to_us(_evidence: Evidence, event: Observed) -> Iterator[Difference]:
    """
    REGION-01: events of a US workspace go to the US endpoint.
    """
    if event.first.endpoint != "us":
        yield Difference(
            expected="the US endpoint",
            observed=f"the {event.first.endpoint.upper()} endpoint",
        )


def requests_to_segment(evidence: Evidence) -> Iterator[Arrival]:
    """
    The requests to either of Segment's endpoints.
    """
    return (arrival for arrival in evidence.arrivals if arrival.exchange.endpoint in ENDPOINTS)


def not_to_eu(_evidence: Evidence, arrival: Arrival) -> Iterator[Difference]:
    """
    REGION-02: nothing goes to the EU endpoint.
    """
    if arrival.exchange.endpoint == "eu":
        yield Difference(expected="no request to the EU endpoint", observed="one")


def connections_elsewhere(evidence: Evidence) -> Iterator[ConnectionFacts]:
    """
    The connections for workspaces outside the US.
    """
    return (connection for connection in evidence.connections if not connection.in_us)


def nothing_leaves(evidence: Evidence, connection: ConnectionFacts) -> Iterator[Difference]:
    """
    REGION-03: for a workspace outside the US no event leaves, to either endpoint.
    """
    for exchange in exchanges_under(evidence, connection):
        yield Difference(
            expected=f"nothing sent for a workspace in region {connection.settings.workspace.region!r}",
            observed=f"a request to the {exchange.endpoint.upper()} endpoint",
            exchange=exchange.sequence,
        )


def refusal_names_region(evidence: Evidence, connection: ConnectionFacts) -> Iterator[Difference]:
    """
    REGION-04: the implementation says that it does not connect such a workspace, and names the region.
    """
    answer, region = answer_under(evidence, connection), connection.settings.workspace.region
    refused = answer.answer is Answer.REFUSED and answer.code == RegionUnsupported.code
    told = f"{answer.message}\n{evidence.scenario.log}".lower()
    if (refused and region.lower() in told) or region_refused(evidence.scenario.log, region):
        return
    yield Difference(
        expected=f"a refusal (`{RegionUnsupported.name}`) that names the region {region!r}",
        observed=reported(answer) + ("" if region.lower() in told else ", without naming the region"),
    )


def outages(evidence: Evidence) -> Iterator[Outage]:
    """
    The requests that the US endpoint, and it alone, failed to take.
    """
    faults = evidence.scenario.faults
    if not faults or any(fault.region != "us" for fault in faults):
        return
    arrivals = list(requests_to_segment(evidence))
    failed = [i for i, a in enumerate(arrivals) if a.exchange.endpoint == "us" and not a.exchange.kept]
    for start, end in itertools.pairwise([*failed, len(arrivals)]):
        after = arrivals[start + 1 : end]
        elsewhere = tuple(arrival for arrival in after if arrival.exchange.endpoint == "eu")
        yield Outage(failed=arrivals[start], elsewhere=elsewhere)


def no_failover(_evidence: Evidence, outage: Outage) -> Iterator[Difference]:
    """
    REGION-05: when the US endpoint is down the sender does not turn to another region.
    """
    for arrival in outage.elsewhere:
        yield Difference(
            expected="retries at the US endpoint only",
            observed=f"one to the EU endpoint after exchange {outage.failed.exchange.sequence} had failed",
            **place_of(arrival),
        )


def intercepted(evidence: Evidence) -> Iterator[Arrival]:
    """
    Every request, wherever it was meant to go, where hosts were intercepted.
    """
    return iter(evidence.arrivals if evidence.scenario.intercepted else ())


def host_is_segments(evidence: Evidence, arrival: Arrival) -> Iterator[Difference]:
    """
    REGION-06: chat data goes to no host other than Segment's, this machine, or those the user allows.
    """
    host, tunnel = arrival.exchange.endpoint, arrival.exchange.method == "CONNECT"
    known = is_segments(host) or is_own_machine(host) or is_within(host, evidence.scenario.allowed_hosts)
    if not known and can_carry_chat(evidence, arrival):
        what = "a tunnel, in which nobody can see what is sent," if tunnel else "a request"
        yield Difference(
            expected="no chat data for any host but Segment's",
            observed=f"{what} to {host[:120]}, after the chat had begun",
            hint=f"If the implementation has to dial this host, say so with --allow-host {host[:120]}.",
        )


CHECKS = (
    Check(
        requirement="REGION-01",
        over=events_of_us_workspaces,
        find=goes_to_us,
        unexercised="no request with a live-chat event of a US workspace was seen",
    ),
    Check(
        requirement="REGION-02",
        over=requests_to_segment,
        find=not_to_eu,
        given=Sighting.EVENTS,
        unexercised="no request was seen",
    ),
    Check(
        requirement="REGION-03",
        over=connections_elsewhere,
        find=nothing_leaves,
        given=Sighting.EVENTS,
        unexercised="no scenario with a workspace outside the US was run to its end",
    ),
    Check(
        requirement="REGION-04",
        over=connections_elsewhere,
        find=refusal_names_region,
        unexercised="no scenario with a workspace outside the US was run to its end",
    ),
    Check(
        requirement="REGION-05",
        over=outages,
        find=no_failover,
        given=Sighting.EVENTS,
        unexercised="no scenario in which only the US endpoint fails was run",
    ),
    Check(
        requirement="REGION-06",
        over=intercepted,
        find=host_is_segments,
        given=Sighting.EVENTS,
        unexercised="no request was intercepted, so other hosts could not be seen",
        optional=True,
    ),
)
