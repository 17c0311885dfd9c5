"""
What real emitters get wrong (SPEC §7), line by line: each needs a mutant.
"""

_LISTED = {
    "Names": """
        wrong case; snake_case; `Live Chat Message`; vendor-native names; undefined or empty name;
        everything under one name; an extra unplanned event
    """,
    "Properties": """
        camelCase; `{}`; real name in `agent_username`; notification id as `message_id`; missing ids;
        duration missing; duration a string; duration in milliseconds; duration a float; duration negative;
        duration falling; duration non-zero at Started; e-mail as an extra; IP as an extra; URL as an extra;
        whole payload dumped; leaked template text; `""` for unknown; `null` for unknown
    """,
    "Flow": """
        no Ended; Ended twice; Ended on silence; Started twice (reload); Started on the agent's message;
        Started lost until an agent is assigned; first message without Sent; events after Ended;
        direction swapped; notes and slash commands as Received; replayed transcript duplicates; out of order
    """,
    "Identity": """
        agent as user; vendor contact id; constant id; empty id; e-mail as id; prefixed id; both null;
        anonymous visitors dropped; boolean id; identity changes mid-conversation; two visitors merged
    """,
    "Transport": """
        wrong region; `/v1/v1/batch`; no messageId; new messageId on retry; over 100 characters;
        flush-time timestamps; oversize; invalid JSON; no flush at exit; retry storm on 400;
        Retry-After ignored; failover to EU; write key in the URL; old write key after rotation;
        test mode still sending
    """,
    "Warehouse": "float-first duration; `userId` as a property; string over 512",
}

LINES = tuple(
    f"{chapter}: {' '.join(line.split())}"
    for chapter, listed in _LISTED.items()
    for line in listed.split(";")
)
"""Each as `Chapter: what is wrong`, in the order of the list."""
