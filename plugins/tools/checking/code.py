"""Check `plugin.py` without running it: misspelled hooks and arguments, with their lines."""

import ast
import inspect
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from core.places.catalogue import Catalogue
from plugins.contract.hookspecs import hooks_for
from plugins.runtime.folder import CODE_FILE, MAX_TABLE, WrongFile, read_text
from plugins.tools.findings import Finding, Severity

Hooks = Mapping[str, tuple[str, ...]]
"""The arguments of each hook, by its name."""
MARK: Final = "hookimpl"
_OURS: Final = frozenset({"core", "schema", "server", "cities", "bench"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


def check_code(folder: Path, catalogues: Sequence[Catalogue[Any, Any]]) -> Iterator[Finding]:
    """Yield the faults in a place's code that are visible without running it."""
    hooks: Hooks = {
        name: tuple(each for each in inspect.signature(function).parameters if each != "self")
        for name, function in inspect.getmembers(hooks_for(catalogues), inspect.isfunction)
    }
    file = folder / CODE_FILE
    if not file.exists():
        return
    try:
        module = ast.parse(read_text(file, MAX_TABLE), filename=str(file))
    except WrongFile as error:
        yield Finding(file, None, "file", str(error), "write a Python file")
        return
    except UnicodeDecodeError:
        yield Finding(file, None, "encoding", "the file is not UTF-8", "save it as UTF-8")
        return
    except (SyntaxError, ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        message = error.msg if isinstance(error, SyntaxError) else "not valid Python"
        yield Finding(
            file, line, "syntax", message, "run python -m py_compile on the file for details"
        )
        return
    for node in module.body:
        if isinstance(node, Function):
            yield from _check_function(file, node, hooks)
        else:
            yield from _check_import(file, node)


def _check_function(file: Path, node: Function, hooks: Hooks) -> Iterator[Finding]:
    if not _is_marked(node):
        yield from _check_unmarked(file, node, hooks)
    elif node.name not in hooks:
        likely = get_close_matches(node.name, hooks, 1, 0.6)
        fix = f"name it {likely[0]}" if likely else f"use one of: {', '.join(sorted(hooks))}"
        message = f"there is no hook {node.name}"
        yield Finding(file, node.lineno, "unknown-hook", message, fix)
    else:
        yield from _check_arguments(file, node, hooks[node.name])


def _check_unmarked(file: Path, node: Function, hooks: Hooks) -> Iterator[Finding]:
    """Warn about a function with a hook's name that is not marked, and so never called."""
    likely = [node.name] if node.name in hooks else get_close_matches(node.name, hooks, 1, 0.85)
    if likely and not node.name.startswith("_"):
        message = f"{node.name} is never called, because it is not marked as a hook"
        fix = f"write @{MARK} above it" + (f", and name it {likely[0]}" * (likely[0] != node.name))
        yield Finding(file, node.lineno, "not-marked", message, fix, Severity.WARNING)


def _check_arguments(file: Path, node: Function, known: tuple[str, ...]) -> Iterator[Finding]:
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    for argument in given:
        if argument.arg not in known:
            likely = get_close_matches(argument.arg, known, 1, 0.5)
            fix = f"write {likely[0]}" if likely else f"take any of: {', '.join(known)}"
            message = f"{node.name} has no argument {argument.arg}"
            yield Finding(file, argument.lineno, "unknown-argument", message, fix)
    stars = [each for each in (node.args.vararg, node.args.kwarg) if each is not None]
    for argument in stars:
        message = f"{node.name} cannot use * or **: arguments are passed by name"
        fix = f"take any of: {', '.join(known)}"
        yield Finding(file, argument.lineno, "unknown-argument", message, fix)


def _is_marked(node: Function) -> bool:
    for decorator in node.decorator_list:
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        if (isinstance(named, ast.Name) and named.id == MARK) or (
            isinstance(named, ast.Attribute) and named.attr == MARK
        ):
            return True
    return False


def _check_import(file: Path, node: ast.stmt) -> Iterator[Finding]:
    modules: list[str] = []
    if isinstance(node, ast.ImportFrom) and node.module is not None:
        modules = [node.module]
    elif isinstance(node, ast.Import):
        modules = [each.name for each in node.names]
    for module in modules:
        if module.partition(".")[0] in _OURS:
            message = f"{module} is internal to the server and may change at any time"
            fix = "import only from plugins, which is the contract"
            yield Finding(file, node.lineno, "import", message, fix, Severity.WARNING)
