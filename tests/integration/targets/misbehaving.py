"""
Answers as it should until the method named second, and then misbehaves as the first argument says.
"""

import json
import os
import signal
import subprocess
import sys
import time

CHILD = [sys.executable, "-c", "import time; time.sleep(600)"]


def crash() -> None:
    sys.exit("the stapler is gone")


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hang() -> None:
    time.sleep(600)


def ignore() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.stderr.write("deaf\n")
    time.sleep(600)


def close() -> None:
    os.close(1)
    time.sleep(600)


def chatter() -> None:
    print("Listening with key", KEY, flush=True)
    time.sleep(600)


def flood() -> None:
    while True:
        print("blah", flush=True)


def endless_line() -> None:
    while True:
        sys.stdout.write("x" * 65536)


def endless_log() -> None:
    sys.stderr.write("the beginning\n")
    for number in range(40_000):
        sys.stderr.write(f"line {number}: {KEY} and some more to make it long\n")


def leave_child() -> None:
    child = subprocess.Popen(CHILD)
    sys.stderr.write(f"child {child.pid}\n")


def orphan() -> None:
    """
    A child that holds the pipes open outlives us.
    """
    leave_child()
    sys.stderr.flush()
    os._exit(5)


def exit_three() -> None:
    os.write(1, answer().encode())
    os._exit(3)


def stay() -> None:
    os.write(1, answer().encode())
    time.sleep(600)


def say_goodbye() -> None:
    os.write(1, answer().encode() + b"bye\n")
    os._exit(0)


def answer() -> str:
    result = {"implementation": {"name": "misbehaving"}} if request["method"] == "initialize" else {}
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}) + "\n"


behaviour, when = sys.argv[1:]
KEY = ""
while True:
    request = json.loads(sys.stdin.readline())
    if request["method"] == "initialize":
        KEY = request["params"]["source"]["write_key"]
    if request["method"] == when:
        globals()[behaviour]()
    sys.stdout.write(answer())
    sys.stdout.flush()
    if request["method"] == "shutdown":
        break
