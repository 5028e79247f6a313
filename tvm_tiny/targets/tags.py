# SPDX-License-Identifier: Apache-2.0
"""Cores as TVM target tags: ``tvm.target.Target("cortex-m7")``, without importing TVM for it.

TVM takes a second or more to import, and ``tvm-tiny --version`` needs none of it. So the tags are
registered when somebody imports TVM (``tvm_tiny/__init__.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tvm_tiny.targets import own_cores


def register_tag(module: Any, name: str) -> None:
    """Make ``tvm.target.Target(name)`` the C target for a core; ``module`` is TVM."""
    _register(module, [name])


def register_cores(module: Any) -> None:
    """Make all cores TVM's targets; ``module`` is TVM."""
    _register(module, [core.name for core in own_cores()])


def _register(module: Any, names: Sequence[str]) -> None:
    """Asks TVM for its tags once: it makes a target of each of them to answer."""
    known = {str(tag) for tag in module.target.list_tags() or ()}
    for name in (n for n in names if n not in known):
        module.target.register_tag(name, {"kind": "c", "keys": ["cortex-m", "cpu"]})
