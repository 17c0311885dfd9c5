"""
Answers everything as it should, and writes what it heard to its log.
"""

import json
import sys

for line in sys.stdin:
    request = json.loads(line)
    method, result = request["method"], {}
    sys.stderr.write(line)
    if method == "initialize":
        result = {"implementation": {"name": "obedient", "language": "python", "extra": 1}}
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}), flush=True)
    if method == "shutdown":
        break
