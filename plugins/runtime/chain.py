"""The chain of plugins that answers for a place: the nearest first, the defaults last."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any, Final, TypeVar

import pluggy

from core.places.catalogue import Catalogue
from core.plain import is_sequence
from plugins.contract.hookspecs import PROJECT, hooks_for
from plugins.contract.validation import WrongAnswer, validated
from plugins.runtime.folder import FolderPlugin
from plugins.runtime.isolation import (
    LOAD_LIMIT,
    REQUEST_LIMIT,
    SERVICE_LIMIT,
    Faults,
    HookError,
    HookTimeout,
    OwnWorker,
    Worker,
)

T = TypeVar("T")

SERVICES = frozenset({"look_up_vehicle"})
"""Hooks that ask somebody else's service."""
WORDS = frozenset({"phrases"})
"""Hooks whose data files may take for ever."""
MOST_WRONG_ROWS = 20
"""Wrong rows of one answer that are told one by one."""
_OWN = OwnWorker("data files")
_FAILED: Final = object()
"""Stands for the answer of a link that failed."""


class NoAnswer(Exception):
    """Nobody answered, and a service that might have failed."""


@dataclass(frozen=True, slots=True)
class Link:
    """One plugin of the chain, with its hooks by name and the threads they run on.

    Hooks that ask services have a thread apart: one that hangs must not hold up the others, nor
    have them left alone with it. Tables of data files are read by the server's own code, at once;
    words are not, for terms that refer to one another may take for ever.
    """

    path: str
    hooks: Mapping[str, pluggy.HookImpl]
    worker: Worker
    services: Worker

    def worker_of(self, hook: str) -> Worker:
        """Return the thread on which a hook runs."""
        if hook in SERVICES:
            return self.services
        of_tables = isinstance(self.hooks[hook].plugin, FolderPlugin) and hook not in WORDS
        return _OWN if of_tables else self.worker

    @property
    def modules(self) -> list[ModuleType]:
        """The code of the place, where it has some."""
        plugins = {id(each.plugin): each.plugin for each in self.hooks.values()}
        return [each for each in plugins.values() if isinstance(each, ModuleType)]

    def stop(self) -> None:
        """Stop the threads."""
        self.worker.stop()
        self.services.stop()


class Links:
    """Registers plugins; pluggy refuses one that misspells a hook or an argument."""

    def __init__(self, faults: Faults, catalogues: Sequence[Catalogue[Any, Any]]) -> None:
        self._faults = faults
        self._hooks = hooks_for(catalogues)

    def link(self, path: str, plugins: Sequence[object]) -> Link:
        """Make the link of a place out of its plugins; of two for one hook, the last counts."""
        hooks: dict[str, pluggy.HookImpl] = {}
        for plugin in plugins:
            hooks |= self._hooks_of(path, plugin)
        if not path:
            own = OwnWorker("defaults")
            return Link(path, hooks, own, own)
        return Link(path, hooks, Worker(path), Worker(f"{path}, services"))

    def _hooks_of(self, path: str, plugin: object) -> dict[str, pluggy.HookImpl]:
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(self._hooks)
        try:
            manager.register(plugin)
            manager.check_pending()
        except pluggy.PluginValidationError as error:
            self._faults.record(path, "register", str(error))
            return {}
        return {
            caller.name: implementation
            for caller in manager.get_hookcallers(plugin) or ()
            for implementation in caller.get_hookimpls()
        }


def _where(link: Link, hook: str, keys: tuple[str | int, ...]) -> str:
    """Say where a wrong row stands: file and line, or the number in what code answered."""
    plugin = link.hooks[hook].plugin
    if isinstance(plugin, FolderPlugin):
        return plugin.where(hook, keys)
    return ".".join(map(str, ("answer", *keys)))


def _said(link: Link, hook: str, index: int, error: BaseException) -> BaseException | str:
    if not isinstance(error, WrongAnswer):
        return error
    return f"{_where(link, hook, (index, *error.where[1:]))}: {error.rule}"


class Chain:
    """Asks the links in turn, each within its time limit and checked against the contract."""

    def __init__(self, place: str, links: Sequence[Link], faults: Faults) -> None:
        self.place = place
        self.links = tuple(links)
        self._faults = faults

    def only(self, path: str) -> "Chain":
        """Return the same with one link alone."""
        return Chain(self.place, [each for each in self.links if each.path == path], self._faults)

    async def first(
        self,
        hook: str,
        answer_type: type[T],
        refuse: Callable[[T], str | None] = lambda _: None,
        **arguments: object,
    ) -> T | None:
        """Return the nearest right answer that is not `None`.

        `refuse` says what is wrong with an answer, for the log: nothing that a citizen sent.
        Raises `NoAnswer` where there is none and a service failed: it may know what was asked.
        """
        limit = SERVICE_LIMIT if hook in SERVICES else REQUEST_LIMIT
        failed = False
        for link in self.links:
            answer = await self._ask(link, hook, limit, arguments)
            failed = failed or answer is _FAILED
            if answer is None or answer is _FAILED:
                continue
            checked = self._checked(link, hook, answer_type, [answer])
            if checked:
                refused = refuse(checked[0])
                if refused is None:
                    return checked[0]
                self._faults.record(link.path, hook, refused)
            failed = True
        if failed and hook in SERVICES:
            raise NoAnswer
        return None

    async def collect(
        self,
        hook: str,
        answer_type: type[T],
        check: Callable[[T], None] | None = None,
    ) -> list[tuple[T, ...]]:
        """Return the right rows of each link's answer, the nearest link first.

        A wrong row is left out by itself; so is one for which `check` raises `ValueError`.
        """
        collected: list[tuple[T, ...]] = []
        for link in self.links:
            answer = await self._ask(link, hook, LOAD_LIMIT, {})
            if answer is None or answer is _FAILED:
                continue
            if not is_sequence(answer):
                self._faults.record(link.path, hook, "the answer is no list")
                continue
            rows = self._right_rows(link, hook, answer_type, answer)
            collected.append(
                tuple(
                    row
                    for index, row in rows
                    if check is None or self._passes(link, hook, index, partial(check, row))
                )
            )
        return collected

    def _right_rows(
        self, link: Link, hook: str, answer_type: type[T], answer: Sequence[object]
    ) -> list[tuple[int, T]]:
        """Return the right rows of an answer with their numbers; each wrong one is a fault."""
        try:
            return list(enumerate(validated(answer_type, answer)))
        except KeyboardInterrupt:
            raise
        except BaseException:
            # One by one it will be found which are wrong.
            rows: list[tuple[int, T]] = []
        wrong = 0
        for index in range(len(answer)):
            try:
                rows += [(index, row) for row in validated(answer_type, [answer[index]])]
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                wrong += 1
                if wrong <= MOST_WRONG_ROWS:
                    said = _said(link, hook, index, error)
                    self._faults.record(link.path, hook, said)
        if wrong > MOST_WRONG_ROWS:
            self._faults.record(link.path, hook, f"{wrong - MOST_WRONG_ROWS} more rows are wrong")
        return rows

    def _passes(self, link: Link, hook: str, index: int, check: Callable[[], None]) -> bool:
        try:
            check()
        except ValueError as error:
            self._faults.record(link.path, hook, f"{_where(link, hook, (index,))}: {error}")
            return False
        return True

    async def describe(self, answer_type: type[T]) -> T | None:
        """Ask the place's own plugin who it is."""
        own = self.links[0]
        if own.path != self.place:
            return None
        answer = await self._ask(own, "describe_place", LOAD_LIMIT, {})
        if answer is None or answer is _FAILED:
            return None
        checked = self._checked(own, "describe_place", answer_type, [answer])
        return checked[0] if checked else None

    async def _ask(
        self, link: Link, hook: str, limit: float, arguments: Mapping[str, object]
    ) -> Any:
        """Return what a link answers, `None` where it has nothing to say, `_FAILED` for a fault."""
        implementation = link.hooks.get(hook)
        if implementation is None:
            return None
        given = {"place": self.place, **arguments}
        wanted = {name: given[name] for name in implementation.argnames}
        try:
            return await link.worker_of(hook).call(implementation.function, wanted, limit)
        except HookError as error:
            # Only at the start is a hook given nothing that a citizen sent.
            at_start = not arguments
            self._faults.record(link.path, hook, error.__cause__ or error, at_start=at_start)
        except HookTimeout as error:
            self._faults.record(link.path, hook, str(error))
        return _FAILED

    def _checked(
        self, link: Link, hook: str, answer_type: type[T], answers: Sequence[object]
    ) -> tuple[T, ...] | None:
        try:
            return validated(answer_type, answers)
        except WrongAnswer as error:
            plugin = link.hooks[hook].plugin
            named = isinstance(plugin, FolderPlugin)
            where = plugin.where(hook, error.where[1:]) if named else ""
            self._faults.record(link.path, hook, f"{where}: {error.rule}" if named else str(error))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            # The answer is the plugin's own object: looking at it may run the plugin's code.
            self._faults.record(link.path, hook, error)
        return None
