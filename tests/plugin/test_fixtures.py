"""
The fixtures in a user's own tests: a chat spoken to their object, a Segment to look into, and a judge.
"""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

Tests = Callable[[str], Path]

IMPLEMENTATION = """
import pytest
from bridge import Endless
from conformance.reference import Reference

@pytest.fixture
def chatlio_implementation():
    return Reference()
"""

SPEAKING = """
def test_a_chat_reaches_segment(chatlio_chat, segment_server):
    ann, peter = chatlio_chat.visitor(), chatlio_chat.agent("Peter Gibbons")
    talk = chatlio_chat.conversation(ann)
    talk.says("I seem to have lost my stapler.")
    talk.hears(peter, "What colour is it?")
    talk.ends(by="visitor")
    segment_server.wait_for(4)
    assert segment_server.events[-1]["event"] == "Live Chat Conversation Ended"
    segment_server.judge()
"""


@pytest.fixture(autouse=True)
def repository(pytester: pytest.Pytester) -> None:
    """
    A repository that hands over an implementation of its own.
    """
    pytester.makepyfile(bridge="from tests.plugin.conftest import BRIDGE; exec(BRIDGE)")
    pytester.makeconftest(IMPLEMENTATION)


@pytest.mark.parametrize("workers", ["-pno:xdist", "-n2"])
def test_ten_lines_judge_a_chat(pytester: pytest.Pytester, tests: Tests, workers: str) -> None:
    """
    A test of ten lines speaks a chat to the user's own object, waits for events, looks at them and judges.
    """
    tests(SPEAKING)
    pytester.runpytest(workers).assert_outcomes(passed=1)


def test_a_failed_judgement_shows_what_came(pytester: pytest.Pytester, tests: Tests) -> None:
    """
    The failure has the requirement, the conversation, and every call that was received.
    """
    pytester.makeconftest(IMPLEMENTATION.replace("Reference()", "Endless()"))
    tests(SPEAKING.replace("wait_for(4)", "wait_for(3)").replace("Conversation Ended", "Message Received"))
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E *AssertionError: Not conformant: EVENT-04",
            "E *Observed  none",
            "E *> *chat *conversation ended by the visitor",
            "E *Again *pytest test_it.py::test_a_chat_reaches_segment",
            "E *Segment received 3 calls in *",
            "E *Live Chat Message Received of *",
        ]
    )


def test_waiting_in_vain_shows_what_came(pytester: pytest.Pytester, tests: Tests) -> None:
    """
    `wait_for` fails at its deadline, and lists calls with their drop reasons, and requests that were none.
    """
    tests(
        """
        import json, urllib.request

        def post(url, body):
            request = urllib.request.Request(url, data=json.dumps(body).encode(), method="POST")
            request.add_header("Content-Type", "application/json")
            urllib.request.urlopen(request).close()

        def test_it(segment_server):
            post(segment_server.url + "/v1/track", {"event": "Hi", "userId": "u", "writeKey": "nobody's"})
            assert segment_server.messages[0].drop == "unknown_source"
            assert segment_server.exchanges[0].reply.status == 200
            segment_server.wait_for(lambda server: len(server.events) == 1, timeout=0.05)
        """
    )
    result = pytester.runpytest()
    result.stdout.fnmatch_lines(
        [
            "E *AssertionError: What was waited for did not arrive within 0.05 s.",
            "E *Segment received 1 call in 1 request.",
            "E *Hi DROPPED: unknown_source of u *",
        ]
    )


def test_without_an_implementation_the_cure_is_told(pytester: pytest.Pytester, tests: Tests) -> None:
    """
    Who forgets to hand over an implementation is told how.
    """
    pytester.makeconftest("")
    tests(SPEAKING)
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["There is no implementation to speak to. *", "*def chatlio_implementation():*"]
    )


def test_a_configured_target_is_the_implementation(pytester: pytest.Pytester, tests: Tests) -> None:
    """
    Where a target is configured, the chat is spoken to that, whatever carries it.
    """
    pytester.makeconftest("")
    path = tests(SPEAKING)
    pytester.makepyprojecttoml("[tool.chatlio-conformance]\ntarget = 'python:bridge:Counting'")
    pytester.runpytest(path).assert_outcomes(passed=1)
    assert (pytester.path / "connections.txt").exists()


def test_a_marker_sets_region_and_selection(pytester: pytest.Pytester, tests: Tests) -> None:
    """
    `@pytest.mark.chatlio` says in which region the workspace is, what fails when, and what is judged.
    """
    tests(
        """
        import pytest
        from conformance.model import Fault, FaultKind

        @pytest.mark.chatlio(region="eu", select="REGION-04")
        def test_refused(chatlio_chat, chatlio_settings, segment_server):
            assert chatlio_settings.workspace.region == "eu"
            chatlio_chat.conversation(chatlio_chat.visitor()).says("Hi")
            judgement = segment_server.judge()
            assert [verdict.requirement for verdict in judgement.verdicts] == ["REGION-04"]
            assert segment_server.exchanges == ()

        OUTAGE = Fault(kind=FaultKind.STATUS, status=503, requests=1)

        @pytest.mark.chatlio(faults=OUTAGE, select=["DELIVERY-01"])
        def test_retried(chatlio_chat, segment_server):
            chatlio_chat.conversation(chatlio_chat.visitor()).says("Hi")
            segment_server.wait_for(2)
            assert [exchange.reply.status for exchange in segment_server.exchanges] == [503, 200]
            segment_server.judge()
        """
    )
    pytester.runpytest().assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("regoin='eu'", "*There is no marker argument 'regoin'. Did you mean region?*"),
        ("'eu'", "*The marker has an argument without a name, 'eu'.*"),
        ("select='EVNT-03'", "*Did you mean EVENT-03?*"),
        ("profile='chatlo'", "*Did you mean chatlio?*"),
    ],
)
def test_a_marker_refuses_what_it_does_not_know(
    pytester: pytest.Pytester, tests: Tests, arguments: str, message: str
) -> None:
    """
    An unknown argument, or an unknown word in a known one, is an error that names the nearest.
    """
    tests(
        f"""
        import pytest

        @pytest.mark.chatlio({arguments})
        def test_it(segment_server):
            segment_server.judge()
        """
    )
    result = pytester.runpytest()
    assert result.parseoutcomes().get("passed", 0) == 0
    result.stdout.fnmatch_lines(message)


def test_what_is_named_and_not_judged_fails(pytester: pytest.Pytester, tests: Tests) -> None:
    """
    `judge(select="EVENT-04")` fails when no conversation ended: inconclusive is no pass. A chapter may be so.
    """
    tests(
        """
        import pytest

        def test_it(chatlio_chat, segment_server):
            chatlio_chat.conversation(chatlio_chat.visitor()).says("Hi")
            segment_server.judge(select="EVENT")
            with pytest.raises(AssertionError, match="EVENT-04"):
                segment_server.judge(select="EVENT-04")
        """
    )
    pytester.runpytest().assert_outcomes(passed=1)


def test_each_test_has_a_workspace_of_its_own(pytester: pytest.Pytester, tests: Tests) -> None:
    """
    A straggler of an earlier test is that test's: the next one sees nothing of it, and the end tells of it.
    """
    tests(
        """
        import json, threading, urllib.request

        kept = []

        def post(url, key):
            body = json.dumps({"event": "Late", "userId": "u", "writeKey": key}).encode()
            request = urllib.request.Request(url + "/v1/track", data=body, method="POST")
            urllib.request.urlopen(request).close()

        def test_first(segment_server):
            kept.append((segment_server.url, segment_server.write_key))

        def test_second(segment_server):
            url, key = kept[0]
            assert key != segment_server.write_key
            post(url, key)                  # to the address the first test knew
            post(segment_server.url, key)   # with its key, to this test's
            assert segment_server.exchanges == segment_server.messages == segment_server.events == ()
            segment_server.judge()
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        "chatlio: 2 requests of test_it.py::test_first came after that test had ended"
    )


def test_stragglers_are_told_under_xdist_too(pytester: pytest.Pytester, tests: Tests) -> None:
    """
    What a worker saw come late is told at the end of the whole session.
    """
    tests(
        """
        import contextlib, urllib.error, urllib.request

        kept = []

        def test_first(segment_server):
            kept.append(segment_server.url)

        def test_second():
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.urlopen(kept[0] + "/v1/track", data=b"{}")
        """
    )
    result = pytester.runpytest("-n1")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines("chatlio: 1 request of test_it.py::test_first came after that test had ended")


def test_a_fixed_address_serves_test_after_test(
    pytester: pytest.Pytester, tests: Tests, free_ports: tuple[int, int]
) -> None:
    """
    `chatlio_listen_address` is overridable; one test after the other listens there.
    """
    us, eu = free_ports
    pytester.makeconftest(
        f"""
        import pytest

        @pytest.fixture(scope="session")
        def chatlio_listen_address():
            return "127.0.0.1", {us}, {eu}
        """
    )
    tests(
        f"""
        import pytest

        @pytest.mark.parametrize("number", range(3))
        def test_it(segment_server, number):
            assert segment_server.url == "http://127.0.0.1:{us}"
            assert segment_server.eu_url == "http://127.0.0.1:{eu}"
        """
    )
    pytester.runpytest().assert_outcomes(passed=3)


@pytest.fixture
def free_ports() -> tuple[int, int]:
    """
    Two ports that were free a moment ago.
    """
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]


def test_generated_chats_fall_into_no_trap(pytester: pytest.Pytester, tests: Tests) -> None:
    """
    Under `@given` the session's fixture opens a server for each example, and no health check objects.
    """
    tests(
        """
        from conformance.reference import Reference
        from hypothesis import given, settings, strategies as st

        @settings(max_examples=5, deadline=None, database=None)
        @given(text=st.text(min_size=1, max_size=50))
        def test_any_text(open_segment_server, text):
            with open_segment_server() as segment_server, segment_server.chat(Reference()) as chat:
                chat.conversation(chat.visitor()).says(text)
                segment_server.judge()
        """
    )
    pytester.runpytest().assert_outcomes(passed=1)


def test_generated_conversations_are_told(pytester: pytest.Pytester, tests: Tests) -> None:
    """
    What `conformance.chat.strategies` generates is told activity by activity, and judged.
    """
    tests(
        """
        from conformance.chat.strategies import conversations
        from conformance.reference import Reference
        from hypothesis import given, settings

        @settings(max_examples=5, deadline=None, database=None)
        @given(activities=conversations())
        def test_any_conversation(open_segment_server, activities):
            with open_segment_server() as segment_server, segment_server.chat(Reference()) as chat:
                for activity in activities:
                    chat.tell(activity)
                segment_server.judge()
        """
    )
    pytester.runpytest().assert_outcomes(passed=1)


def test_asynchronous_and_threaded_senders_are_heard(pytester: pytest.Pytester, tests: Tests) -> None:
    """
    The server listens in threads of its own, so that a sender in a loop or a thread is heard meanwhile.
    """
    tests(
        """
        import asyncio, base64, json, threading, urllib.parse, urllib.request

        def body(server, number):
            call = {"event": "Hi", "userId": f"u-{number}", "writeKey": server.write_key}
            return json.dumps(call).encode()

        async def post(server, number):
            address = urllib.parse.urlsplit(server.url)
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            data = body(server, number)
            head = f"POST /v1/track HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: {len(data)}\\r\\n\\r\\n"
            writer.write(head.encode() + data)
            assert b"200" in await reader.readline()
            writer.close()

        def test_asynchronous(segment_server):
            async def main():
                sending = asyncio.gather(*(post(segment_server, number) for number in range(5)))
                await asyncio.to_thread(segment_server.wait_for, 5)
                await sending
            asyncio.run(main())

        def test_threaded(segment_server):
            def send(number):
                data = body(segment_server, number)
                urllib.request.urlopen(segment_server.url + "/v1/track", data=data).close()
            threads = [threading.Thread(target=send, args=(number,)) for number in range(5)]
            for thread in threads:
                thread.start()
            segment_server.wait_for(5)
            for thread in threads:
                thread.join()
            assert {event["userId"] for event in segment_server.events} == {f"u-{n}" for n in range(5)}
        """
    )
    pytester.runpytest("-W", "error").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return object()", "*has no `initialize`, `activity`, `flush`, `shutdown`.*"),
        ("return Asynchronous()", "*`initialize` of * is asynchronous, and was called like others.*"),
        ("return Raising()", "*ZeroDivisionError*"),
        ("return Refusing()", "*RegionUnsupported*"),
    ],
)
def test_an_object_that_cannot_be_spoken_to_is_told(
    pytester: pytest.Pytester, tests: Tests, body: str, message: str
) -> None:
    """
    What the object lacks or raises reaches the test as it is, an unasked refusal too.
    """
    tests(
        f"""
        import pytest
        from conformance.errors import RegionUnsupported
        from conformance.reference import Reference

        class Asynchronous(Reference):
            async def initialize(self, settings): ...

        class Raising(Reference):
            def initialize(self, settings):
                1 / 0

        class Refusing(Reference):
            def initialize(self, settings):
                raise RegionUnsupported("not here")

        @pytest.fixture
        def chatlio_implementation():
            {body}

        def test_it(chatlio_chat): ...
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(message)


def test_the_warehouse_answers_sql(pytester: pytest.Pytester, tests: Tests) -> None:
    """
    `segment_warehouse` holds what the events of the test become in tables.
    """
    pytest.importorskip("duckdb")
    tests(
        """
        def test_it(chatlio_chat, segment_server, segment_warehouse):
            talk = chatlio_chat.conversation(chatlio_chat.visitor())
            talk.says("Hi")
            talk.says("Anybody?")
            segment_server.wait_for(3)
            rows = segment_warehouse.query("select event from chatlio.tracks order by event")
            assert [row["event"][10:] for row in rows] == ["conversation_started"] + 2 * ["message_sent"]
            talk.ends(by="visitor")
            segment_server.wait_for(4)
            ended = "select conversation_id from chatlio.live_chat_conversation_ended where event = $1"
            rows = segment_warehouse.query(ended, "live_chat_conversation_ended")
            assert rows == [{"conversation_id": talk.id}]
        """
    )
    pytester.runpytest().assert_outcomes(passed=1)


def test_no_write_key_is_in_a_failure(pytester: pytest.Pytester, tests: Tests) -> None:
    """
    Keys are masked in the text of a failure, wherever the sender put them.
    """
    tests(
        """
        import json, pathlib, urllib.request

        def test_it(segment_server):
            key = segment_server.write_key
            pathlib.Path("key.txt").write_text(key)
            call = {"event": "Hi", "userId": "u", "writeKey": key, "properties": {"leaked": key}}
            urllib.request.urlopen(segment_server.url + "/v1/track", data=json.dumps(call).encode()).close()
            segment_server.judge()
        """
    )
    result = pytester.runpytest("--tb=short")
    key = (pytester.path / "key.txt").read_text()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines("*[[]write key]*")
    assert key not in result.stdout.str()
