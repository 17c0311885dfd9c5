"""
Answers with the lines given as arguments, one per request; `ID` in them stands for the request's id.

`@N` among the lines makes the process end with exit code N at that point.
"""

import json
import sys

for answer in sys.argv[1:]:
    if answer.startswith("@"):
        sys.exit(int(answer[1:]))
    request = json.loads(sys.stdin.readline())
    print(answer.replace("ID", str(request["id"])), flush=True)
sys.stdin.read()
