"""
Changes to our own code, made by mutmut: every mutant of a module in one file, switched on one at a time.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import difflib
import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

DECORATORS = frozenset(
    {"property", "functools.cached_property", "functools.cache", "functools.lru_cache", "contextmanager"}
)
"""Decorators that only stand between a function and its callers. mutmut leaves what is decorated alone."""

_BARE = "_undecorated_"
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
            mutated = mutate_file_contents(str(path), undecorated(path.read_text(encoding="utf-8")))
            path.write_text(mutated.code, encoding="utf-8")
            yield from _described(mutated.code, f"conformance.{room}.{path.stem}")


def undecorated(code: str) -> str:
    """
    The same module, in which a decorated function does nothing but call a bare one, which can be mutated.
    """
    return ast.unparse(ast.fix_missing_locations(_Undecorating().visit(ast.parse(code))))


class _Undecorating(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | list[ast.stmt]:
        if not node.decorator_list or not all(_called(each) in DECORATORS for each in node.decorator_list):
            return node
        bare = copy.deepcopy(node)
        bare.name, bare.decorator_list = f"{_BARE}{node.name}", []
        node.body = [ast.Return(_call_of(bare))]
        return [bare, node]


def _call_of(function: ast.FunctionDef) -> ast.Call:
    """
    A call of a function, from where its own parameters are known.
    """
    names = [ast.Name(each.arg, ast.Load()) for each in function.args.args]
    keywords = [ast.keyword(each.arg, ast.Name(each.arg, ast.Load())) for each in function.args.kwonlyargs]
    if names and names[0].id == "self":
        return ast.Call(ast.Attribute(names[0], function.name, ast.Load()), [*names[1:]], keywords)
    return ast.Call(ast.Name(function.name, ast.Load()), [*names], keywords)


def _called(decorator: ast.expr) -> str:
    return ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)


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
        function=f"{module}.{_ours(function)}",
        was="\n".join(line[2:].strip() for line in changes if line.startswith("- ")),
        becomes="\n".join(line[2:].strip() for line in changes if line.startswith("+ ")),
        prose=_without_prose(original) == _without_prose(mutant),
    )


def _ours(name: str) -> str:
    """
    The name of a function, or of a class and a method, from mutmut's.
    """
    return name.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".").replace(_BARE, "")


def _lines(function: ast.FunctionDef) -> list[str]:
    """
    The function's arguments and statements, a line each.
    """
    return [
        ast.unparse(function.args),
        *(line for node in function.body for line in ast.unparse(node).split("\n")),
    ]


def _without_prose(function: ast.FunctionDef) -> list[str]:
    return _lines(_Unworded().visit(copy.deepcopy(function)))


class _Unworded(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        words = isinstance(node.value, str) and re.search(r"[a-z] | [a-z]", node.value, re.IGNORECASE)
        return ast.Constant("...") if words else node
