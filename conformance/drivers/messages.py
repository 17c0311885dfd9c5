"""
The messages of the driver protocol as JSON-RPC 2.0: ours written, theirs read, both held to their schemas.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import orjson

from conformance.drivers.log import quoted
from conformance.drivers.refusals import refusal
from conformance.errors import ImplementationError, TargetUnusable, ToolkitError
from conformance.spec import validator

_OTHER_LINE_ENDS = {each.encode(): b"\\u%04x" % ord(each) for each in "\x85\u2028\u2029"}
"""Line ends to Unicode (and to Node.js's `readline`), though not to JSON; escaped they are as good."""

_REPORT = "This is a mistake of the toolkit; please report it."
_LOG_CURE = "Write one reply a line to standard output and nothing else; log to standard error instead."


def checked_json(value: Mapping[str, Any], schema: str) -> bytes:
    """
    A message of ours as JSON, once its schema has allowed it; raises `ToolkitError` when it does not.
    """
    against = validator(schema)
    if not against.is_valid(value):
        why = "; ".join(f"{each.path or '/'}: {each.message}" for each in against.explain(value)[:3])
        raise ToolkitError(f"The toolkit made a message that {schema} refuses: {why}.", cure=_REPORT)
    try:
        return orjson.dumps(value)
    except TypeError as error:
        raise ToolkitError(f"The toolkit made a message that is no JSON: {error}.", cure=_REPORT) from error


def request_line(number: int, method: str, params: Mapping[str, Any]) -> bytes:
    """
    A request as the line that carries it, also to readers that know more line ends than one.
    """
    request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    line = checked_json(request, "driver/request")
    for character, escape in _OTHER_LINE_ENDS.items():
        line = line.replace(character, escape)
    return line + b"\n"


def read_reply(line: bytes, *, number: int, method: str, keys: Iterable[str]) -> Mapping[str, Any]:
    """
    The result that the line replies to request `number`; `keys` are masked wherever the line is quoted.

    Raises a `Refusal` or an `ImplementationError` for an error, `TargetUnusable` for what is no reply.
    """
    keys = tuple(keys)
    reply = _parsed(line, method, keys)
    why = _departure(reply, number, method)
    if why:
        _refuse(line, f"{why}, where the reply to `{method}` was due", keys)
    if "error" in reply:
        _raise_error(reply["error"], method, keys)
    result: Mapping[str, Any] = reply["result"]
    return result


def _parsed(line: bytes, method: str, keys: tuple[str, ...]) -> Any:
    try:
        return orjson.loads(line)
    except ValueError:
        _refuse(line, f"which is not JSON, where the reply to `{method}` was due", keys)


def _departure(reply: Any, number: int, method: str) -> str:
    """
    Why a JSON value is not the reply to this request, as a clause; empty when it is.
    """
    if not isinstance(reply, dict):
        return "which is no JSON object"
    if "method" in reply:
        return "which is a request or a notification"
    if {"result", "error"} <= reply.keys():
        return "which has both a result and an error"
    if "id" in reply and reply["id"] is not None and (reply["id"] != number or reply["id"] is True):
        return f"which has the id {quoted(orjson.dumps(reply['id']), ())} and not {number}"
    return _schema_departure(reply, "driver/reply") or _result_departure(reply, method)


def _result_departure(reply: Mapping[str, Any], method: str) -> str:
    if method != "initialize" or "error" in reply:
        return ""
    return _schema_departure(reply["result"], "driver/initialize-result", "/result")


def _schema_departure(value: Any, schema: str, prefix: str = "") -> str:
    against = validator(schema)
    if against.is_valid(value):
        return ""
    first = against.explain(value)[0]
    return f"which is not as {schema} has it ({prefix}{first.path or '/'}: {first.message})"


def _refuse(line: bytes, why: str, keys: tuple[str, ...]) -> NoReturn:
    raise TargetUnusable(f"The implementation wrote {quoted(line, keys)}, {why}.", cure=_LOG_CURE)


def _raise_error(error: Mapping[str, Any], method: str, keys: tuple[str, ...]) -> NoReturn:
    declined = refusal(error["code"], error["message"], error.get("data", {}), keys)
    if declined is not None:
        raise declined
    said = f"error {error['code']}: {quoted(error['message'], keys)}"
    raise ImplementationError(
        f"The implementation answered `{method}` with {said}.", cure="Its log may say more."
    )
