"""
The evidence of one scenario, laid out for the checks: what was said, what arrived, and how the two
correspond.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from attrs import field, frozen

from conformance.checks.chat import chat_of
from conformance.checks.correspondence import Correspondence, Pair, correspond
from conformance.checks.expectation import ConnectionFacts, Expected, connections_of, expected_events
from conformance.checks.observation import NOT_KEPT, Observed, Sender, observe
from conformance.checks.recognition import Kind
from conformance.ingestion import (
    ENDPOINTS,
    Intake,
    SourceState,
    decode_archived,
    deduplicate,
    ingested,
    receive,
    request_of,
    split_target,
)
from conformance.model import Activity, ActivityType, Exchange, Message
from conformance.record import ScenarioRecord
from conformance.warehouse import Tables, load


@frozen(kw_only=True, eq=False)
class Arrival:
    """
    One exchange and what Segment makes of it.
    """

    exchange: Exchange
    intake: Intake


@frozen(kw_only=True, eq=False, slots=False)
class Evidence:
    """
    Everything a check may look at, in one scenario.

    `earlier` tells for each `messageId` of the scenarios before this one who sent it; `withheld` are the ways
    (`Expected.way`) in which events were called for in them, and none ever came. `live_chat` is True for the
    profile `live-chat`, where a duration may be any number.
    """

    scenario: ScenarioRecord
    live_chat: bool = False
    earlier: Mapping[str, Sender] = field(factory=dict)
    withheld: frozenset[tuple[Kind, str | None]] = frozenset()

    @functools.cached_property
    def arrivals(self) -> tuple[Arrival, ...]:
        """
        The exchanges in the order of arrival, with what Segment makes of each.
        """
        sources = {state.write_key: state for state in self._sources()}
        return tuple(
            Arrival(exchange=exchange, intake=receive(request_of(exchange), sources))
            for exchange in self.scenario.exchanges
        )

    @functools.cached_property
    def requests(self) -> tuple[Arrival, ...]:
        """
        The requests to Segment's hosts, but for those a redirect led to: what they lost is DELIVERY-08's.
        """
        made, redirected = [], set()
        for arrival in self.arrivals:
            exchange = arrival.exchange
            if exchange.endpoint in ENDPOINTS and split_target(exchange.target)[0] not in redirected:
                made.append(arrival)
            location = exchange.reply.header("location")
            if location and exchange.reply.is_redirect:
                redirected.add(split_target(location)[0])
        return tuple(made)

    @functools.cached_property
    def messages(self) -> tuple[Message, ...]:
        """
        Every tracking call that arrived at Segment, dropped ones with their reason, in the order of arrival.
        """
        calls: list[Message] = []
        for arrival in (each for each in self.arrivals if each.intake.problem != "not_segment"):
            calls.extend(_as_kept(arrival.intake.messages, kept=arrival.exchange.kept))
        calls.extend(decode_archived(call, index) for index, call in enumerate(self.scenario.archived))
        return deduplicate(calls, set())

    @functools.cached_property
    def calls(self) -> tuple[Observed, ...]:
        """
        The distinct calls of every type, each with its attempts.
        """
        return observe(self.messages)

    @functools.cached_property
    def events(self) -> tuple[Observed, ...]:
        """
        The live-chat events: what is named, or nearly named, as one of the four, or stands in the place of
        one.
        """
        adopted = self.correspondence.adopted
        return tuple(call for call in self.calls if call.kind is not None or call in adopted)

    @functools.cached_property
    def connections(self) -> tuple[ConnectionFacts, ...]:
        """
        The connections in order. None where the target became unusable: then nobody knows what it was told.
        """
        return () if self.scenario.unusable else connections_of(self.scenario)

    @functools.cached_property
    def activities(self) -> tuple[Activity, ...]:
        """
        What was said, each activity once, under whatever connection.
        """
        return tuple(activity for connection in self.connections for activity in connection.activities)

    @functools.cached_property
    def expected(self) -> tuple[Expected, ...]:
        """
        The events that Segment must see, in the order of the chat.
        """
        return tuple(wanted for connection in self.connections for wanted in expected_events(connection))

    @functools.cached_property
    def correspondence(self) -> Correspondence:
        """
        How what was seen answers what had to be seen. Empty where nothing is known of the chat.
        """
        if not self.connections:
            return Correspondence()
        named = [call for call in self.calls if call.kind is not None]
        strangers = [call for call in self.calls if call.kind is None and call.first.type in ("track", None)]
        return correspond(self.expected, named, strangers, chat_of(self.activities))

    @functools.cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """
        The expected events that were seen, in the order of the chat, displaced ones left out.
        """
        return tuple(pair for pair in self.correspondence.pairs if not pair.displaced)

    @functools.cached_property
    def pair_of(self) -> Mapping[Observed, Pair]:
        """
        The pair of each observed event that answers an expected one, copies included.
        """
        return {seen: pair for pair in self.correspondence.pairs for seen in (pair.observed, *pair.copies)}

    @functools.cached_property
    def pair_at(self) -> Mapping[tuple[int | None, int | None], Pair]:
        """
        The pair that each message belongs to, by exchange and place in the batch, copies included.
        """
        return {
            (message.exchange, message.index): pair
            for seen, pair in self.pair_of.items()
            for message in seen.messages
        }

    @functools.cached_property
    def pair_for(self) -> Mapping[Expected, Pair]:
        """
        The pair of each expected event that was seen, displaced ones included.
        """
        return {pair.expected: pair for pair in self.correspondence.pairs}

    @functools.cached_property
    def origin_of_stray(self) -> Mapping[Observed, Activity | None]:
        """
        What each event that nothing calls for reports, None where that is not plain.
        """
        return {stray.observed: stray.origin for stray in self.correspondence.strays}

    @functools.cached_property
    def left_in_buffer(self) -> frozenset[Expected]:
        """
        The events lost with a buffer: all that are missing after the last that came, where no flush was
        asked for. What never comes at all, however often it is called for, is not among them.
        """
        lost: set[Expected] = set()
        for connection in self.connections:
            own = [wanted for wanted in self.expected if wanted.connection == connection.number]
            tail = itertools.takewhile(lambda wanted: wanted not in self.pair_for, reversed(own))
            lost |= set() if connection.flushed else set(tail)
        return frozenset(wanted for wanted in lost if wanted.way not in self.withheld)

    @functools.cached_property
    def connection_by_number(self) -> Mapping[int, ConnectionFacts]:
        """
        The connections by their number, from 1.
        """
        return {connection.number: connection for connection in self.connections}

    @functools.cached_property
    def connection_of_activity(self) -> Mapping[str, ConnectionFacts]:
        """
        The connection under which each activity was said.
        """
        return {
            activity.id: connection for connection in self.connections for activity in connection.activities
        }

    @functools.cached_property
    def exchange_by_sequence(self) -> Mapping[int, Exchange]:
        """
        The exchanges by sequence number.
        """
        return {exchange.sequence: exchange for exchange in self.scenario.exchanges}

    @functools.cached_property
    def live_chat_events(self) -> frozenset[Observed]:
        """
        The live-chat events, to look up.
        """
        return frozenset(self.events)

    @functools.cached_property
    def conversations(self) -> frozenset[str]:
        """
        The ids of the conversations that took place.
        """
        return frozenset(a.conversation_id for a in self.activities if a.conversation_id)

    @functools.cached_property
    def open_conversations(self) -> Mapping[str, Activity]:
        """
        The conversations nobody ended, each with its last activity; those of silent connections left out.
        """
        last: dict[str, Activity] = {}
        for connection in self.connections:
            if not connection.silent:
                last.update({a.conversation_id: a for a in connection.activities if a.conversation_id})
        ended = {a.conversation_id for a in self.activities if a.type is ActivityType.CONVERSATION_ENDED}
        return {
            conversation: activity for conversation, activity in last.items() if conversation not in ended
        }

    @functools.cached_property
    def first_expected(self) -> Mapping[tuple[Kind | None, str | None], Expected]:
        """
        The first expected event of each kind in each conversation, and, under None, of all.
        """
        first: dict[tuple[Kind | None, str | None], Expected] = {}
        for wanted in self.expected:
            first.setdefault((wanted.kind, wanted.conversation_id), wanted)
            first.setdefault((wanted.kind, None), wanted)
        return first

    @functools.cached_property
    def redelivered(self) -> frozenset[str]:
        """
        The ids of the activities that were delivered more than once.
        """
        counts = Counter(delivery for connection in self.connections for delivery in connection.deliveries)
        return frozenset(activity for activity, count in counts.items() if count > 1)

    @functools.cached_property
    def previous_pair(self) -> Mapping[Pair, Pair]:
        """
        For each pair the one before it in its conversation, under the same connection.
        """
        previous: dict[Pair, Pair] = {}
        latest: dict[tuple[int, str | None], Pair] = {}
        for pair in self.pairs:
            course = (pair.expected.connection, pair.expected.conversation_id)
            if course in latest:
                previous[pair] = latest[course]
            latest[course] = pair
        return previous

    @functools.cached_property
    def agents(self) -> Mapping[str, str]:
        """
        What agents are known by (id, username, name), each with the word for it.
        """
        known: dict[str, str] = {}
        for agent in (activity.agent for activity in self.activities if activity.agent):
            known.update({agent.name: "name", agent.username: "username", agent.id: "id"})
        return known

    @functools.cached_property
    def first_with_message_id(self) -> Mapping[str, Observed]:
        """
        The first call with each `messageId`.
        """
        first: dict[str, Observed] = {}
        for call in self.calls:
            if isinstance(call.first.message_id, str):
                first.setdefault(call.first.message_id, call)
        return first

    @functools.cached_property
    def accepted(self) -> tuple[Mapping[str, Any], ...]:
        """
        The accepted calls as Segment hands them on, in the order of arrival.
        """
        return tuple(ingested(message, "project") for message in self.messages if message.drop is None)

    @functools.cached_property
    def modelled(self) -> Tables:
        """
        The warehouse tables that the accepted calls make by themselves.
        """
        return load(self.accepted)

    @property
    def tables(self) -> Tables:
        """
        The warehouse tables: those of the database the scenario was loaded into, or else the modelled ones.
        """
        return self.modelled if self.scenario.warehouse is None else self.scenario.warehouse

    @functools.cached_property
    def rows(self) -> Mapping[str, tuple[str, ...]]:
        """
        The names of the tables that have a row with an id, sorted, for every id.
        """
        return _places(self.tables)

    @functools.cached_property
    def modelled_rows(self) -> Mapping[str, tuple[str, ...]]:
        """
        The same of the modelled tables.
        """
        return _places(self.modelled)

    @functools.cached_property
    def write_keys(self) -> frozenset[str]:
        """
        The write keys the implementation was configured with in this scenario.
        """
        return frozenset(state.write_key for state in self._sources())

    def _sources(self) -> Iterable[SourceState]:
        for step in self.scenario.steps:
            if step.settings and step.settings.source.write_key:
                workspace = step.settings.workspace
                yield SourceState(
                    write_key=step.settings.source.write_key,
                    workspace=workspace.slug,
                    region=workspace.region,
                )


def _as_kept(messages: Iterable[Message], *, kept: bool) -> Iterable[Message]:
    """
    The messages as Segment has them: what came in a request that it did not take in is dropped.
    """
    if kept:
        return messages
    return (attrs.evolve(message, drop=message.drop or NOT_KEPT) for message in messages)


def _places(tables: Tables) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(tables.tables):
        for row in tables.tables[name].rows:
            found[row["id"]] = (*found.get(row["id"], ()), name)
    return found
