"""
A service that hears the chat by webhook, and behaves as its one argument says.
"""

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

BEHAVIOUR = sys.argv[1]


class Chat(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print(self.path, self.headers["X-Chatlio-Activity"], body.decode(), flush=True)
        if BEHAVIOUR == "dies":
            os._exit(4)
        if BEHAVIOUR == "hangs":
            time.sleep(600)
        if BEHAVIOUR == "garbage":
            self.wfile.write(b"blah blah\r\n\r\n")
        elif BEHAVIOUR != "drops":
            self.answer()

    def answer(self) -> None:
        status, body = {
            "fails": (503, b"not today"),
            "refuses": (422, b'{"error":{"code":"region_unsupported","message":"us only"}}'),
            "dislikes": (400, b'{"error":{"code":"weird"}}'),
        }.get(BEHAVIOUR, (202, b""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def leave(*_: object) -> None:
    print("leaving", flush=True)
    os._exit(3 if BEHAVIOUR == "sulks" else 0)


print(
    json.dumps({name: value for name, value in os.environ.items() if name.startswith("SEGMENT_")}), flush=True
)
if BEHAVIOUR == "exits":
    sys.exit("cannot start")
if BEHAVIOUR == "never ready":
    time.sleep(600)
signal.signal(signal.SIGTERM, signal.SIG_IGN if BEHAVIOUR == "stays" else leave)
HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Chat).serve_forever()
