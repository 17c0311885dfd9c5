"""
A small service that hears a chat by webhook and reports it by the official Python SDK.

Its one argument says how it is unlike a good one, `good` that it is not.
"""

import json
import logging
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.implementations.python_bridge import Bridge, Refusal

BEHAVIOUR = sys.argv[1]
BRIDGE = Bridge()


class Chat(BaseHTTPRequestHandler):
    """
    The webhook's receiving end.
    """

    def do_POST(self) -> None:
        activity = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, body = 202, b""
        if BEHAVIOUR == "fails":
            status, body = 503, b"the database is away"
        elif BEHAVIOUR == "dies":
            os._exit(4)
        elif REFUSED is None:
            BRIDGE.activity(activity)
        elif BEHAVIOUR == "answers":
            status = 422
            body = json.dumps({"error": {"code": REFUSED.code, "message": str(REFUSED)}}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """
        Its log is for what matters.
        """


def connect() -> Refusal | None:
    """
    Connects as the environment says, or gives the reason why not.
    """
    settings = {
        "workspace": {"slug": os.environ["SEGMENT_WRITE_KEY"], "region": os.environ["SEGMENT_REGION"]},
        "source": {"write_key": os.environ["SEGMENT_WRITE_KEY"]},
        "endpoints": {"us": os.environ["SEGMENT_ENDPOINT_US"]},
    }
    try:
        BRIDGE.initialize(settings)
    except Refusal as refusal:
        return refusal
    return None


def leave(*_: object) -> None:
    """
    Delivers what is left, and ends.
    """
    BRIDGE.shutdown({})
    sys.exit(0)


logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
REFUSED = connect()
if REFUSED is not None and BEHAVIOUR == "good":
    sys.exit(f"cannot start: {REFUSED}")
if REFUSED is not None and BEHAVIOUR == "keeps quiet":
    print(f"not connected: {REFUSED}", file=sys.stderr, flush=True)
if REFUSED is not None and BEHAVIOUR == "gives no reason":
    sys.exit(1)
signal.signal(signal.SIGTERM, leave)
if BEHAVIOUR == "never ready":
    signal.pause()
HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Chat).serve_forever()
