"""
Changes to our own code, made by mutmut: every mutant of a module in one file, switched on one at a time.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

_NAME = re.compile(r"(?P<function>x[_ǁ].*)__mutmut_(?P<number>orig|\d+)")


@frozen(kw_only=True)
class CodeMutant:
    """
    One change to one function. `key` is mutmut's name for it, `function` ours.

    `was` and `becomes` are the lines that differ, as `ast.unparse` writes them, so that they stay the same
    when something is changed or reformatted elsewhere. `prose` tells that nothing but a text for people
    changed: a string with a space in it.
    """

    key: str
    function: str
    was: str
    becomes: str
    prose: bool

    @property
    def place(self) -> str:
        """
        mutmut's name of the function as a whole.
        """
        return self.key.rpartition("__mutmut_")[0]


def mutate(root: Path, room: str) -> Iterator[CodeMutant]:
    """
    The mutants of every module of a room of the package, which are written in the place of those modules.
    """
    with contextlib.chdir(root):  # where mutmut looks for its settings, as late as it can
        from mutmut.mutation.file_mutation import mutate_file_contents

        for path in sorted((root / "conformance" / room).glob("*.py")):
            mutated = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
            path.write_text(mutated.code, encoding="utf-8")
            yield from _described(mutated.code, f"conformance.{room}.{path.stem}")


def _described(code: str, module: str) -> Iterator[CodeMutant]:
    originals: dict[str, ast.FunctionDef] = {}
    mutants: list[tuple[str, ast.FunctionDef]] = []
    for node in ast.walk(ast.parse(code)):
        named = _NAME.fullmatch(node.name) if isinstance(node, ast.FunctionDef) else None
        if named is None or not isinstance(node, ast.FunctionDef):
            continue
        if named["number"] == "orig":
            originals[named["function"]] = node
        else:
            mutants.append((named["function"], node))
    for function, node in mutants:
        yield _compared(module, function, originals[function], node)


def _compared(module: str, function: str, original: ast.FunctionDef, mutant: ast.FunctionDef) -> CodeMutant:
    before, after = _lines(original), _lines(mutant)
    changes = list(difflib.ndiff(before, after))
    return CodeMutant(
        key=f"{module}.{mutant.name}",
        function=f"{module}.{function.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}",
        was="\n".join(line[2:].strip() for line in changes if line.startswith("- ")),
        becomes="\n".join(line[2:].strip() for line in changes if line.startswith("+ ")),
        prose=_without_prose(original) == _without_prose(mutant),
    )


def _lines(function: ast.FunctionDef) -> list[str]:
    """
    The function's arguments and statements, a line each.
    """
    return [
        ast.unparse(function.args),
        *(line for node in function.body for line in ast.unparse(node).split("\n")),
    ]


def _without_prose(function: ast.FunctionDef) -> list[str]:
    text = re.compile(r"'[^'\n]* [^'\n]*'|\"[^\"\n]* [^\"\n]*\"")
    return [text.sub("...", line) for line in _lines(function)]
