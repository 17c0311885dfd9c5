"""
The process that atheris takes over: ingestion with its branches counted. libFuzzer's options follow the name.
"""

from __future__ import annotations

import importlib
import sys

import atheris


def main() -> None:
    """
    Feeds ingestion until libFuzzer ends the process.
    """
    with atheris.instrument_imports(include=["conformance.ingestion", "conformance.segment.reading"]):
        properties = importlib.import_module("tests.fuzz.properties")
    atheris.Setup(sys.argv, properties.ingestion_understands)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
