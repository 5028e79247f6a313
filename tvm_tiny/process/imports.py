# SPDX-License-Identifier: Apache-2.0
"""Packages that import others: told when one is there, or kept from one that they need not have.

Finders that stand first in ``sys.meta_path`` (PEP 302, PEP 451) for as long as they are needed.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import Loader, MetaPathFinder
else:  # they add nothing, and importing them imports much
    Loader = MetaPathFinder = object


def when_imported(name: str, then: Callable[[ModuleType], None]) -> None:
    """Call ``then`` with the package ``name``, whole: at once, or when somebody imports it."""
    loaded = sys.modules.get(name)
    if loaded is None or getattr(loaded.__spec__, "_initializing", False):
        sys.meta_path.insert(0, _Watch(name, then))
    else:
        then(loaded)


@dataclass
class _Process:
    """Whose this process is."""

    ours: bool = False


_PROCESS = _Process()


def process_is_ours() -> None:
    """The command line says so: no code but ours will ask for packages that ours can do without."""
    _PROCESS.ours = True


@contextlib.contextmanager
def hidden_if_ours(name: str) -> Generator[None, None, None]:
    """To this thread the package ``name`` is not installed, unless it is imported already.

    Nothing is hidden in a process that is the user's: a TVM that was imported without PyTorch
    takes no ``torch.dtype`` ever after.
    """
    if not _PROCESS.ours:
        yield
        return
    finder = _Nothing(name)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def homeless() -> bool:
    """Whether there is neither HOME nor a user that the system knows, as in some containers."""
    return os.path.expanduser("~") == "~"


@contextlib.contextmanager
def some_home() -> Generator[None, None, None]:
    """A home for packages that ask for one when they are imported, where this process has none.

    Nothing is written there: TVM only wants to know where its cache would be.
    """
    if not homeless():
        yield
        return
    os.environ["HOME"] = os.devnull
    try:
        yield
    finally:
        os.environ.pop("HOME", None)


class _Nothing(MetaPathFinder):
    """Says that there is no such package, to the thread that made it."""

    def __init__(self, name: str) -> None:
        self._name, self._thread = name, threading.get_ident()

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        del path, target
        if name == self._name and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


class _Watch(MetaPathFinder):
    """Finds nothing itself: has the loader of the package tell when it is done."""

    def __init__(self, name: str, then: Callable[[ModuleType], None]) -> None:
        self._name, self._then, self._searching = name, then, False

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if name != self._name or self._searching:
            return None
        self._searching = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._searching = False
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self._loaded)
        return spec

    def _loaded(self, module: ModuleType) -> None:
        if self in sys.meta_path:
            sys.meta_path.remove(self)
            self._then(module)


class _Loader(Loader):
    """Another loader, and a call behind it."""

    def __init__(self, loader: Loader, then: Callable[[ModuleType], None]) -> None:
        self._loader, self._then = loader, then

    def __getattr__(self, name: str) -> Any:
        """What resources and inspection ask the real loader for."""
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """The real loader's."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """The real loader's; then the call, with the package whole."""
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._then(module)
