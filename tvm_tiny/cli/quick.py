# SPDX-License-Identifier: Apache-2.0
"""Commands without what typer and rich load for a line of text or none.

Text that needs no conversion is taken as it is (typer would load pydantic, 0.1 s); the pretty
printer of rich, which help never uses, goes without ``attr``.
"""

from __future__ import annotations

import functools
import importlib
from typing import Any

from typer.core import TyperCommand, TyperGroup

from tvm_tiny.process.imports import hidden_if_ours


def _taken(parameter: Any, ctx: Any, value: Any) -> Any:
    """As ``Parameter.process_value``: at once where that would give the value back as it is."""
    if ctx.resilient_parsing:  # a shell completes the line: nobody looks at values
        return value
    kind = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
    one = parameter.nargs == 1 and not parameter.multiple
    missing = value is None and one and not parameter.required
    if missing or (one and kind is str and type(value) is str):
        call = parameter.callback
        return value if call is None else call(ctx, parameter, value)
    return type(parameter).process_value(parameter, ctx, value)


class _Quick:
    """What reads a line of arguments, with its parameters made quick first."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As click's."""
        for parameter in self.get_params(ctx):  # type: ignore[attr-defined]
            parameter.process_value = functools.partial(_taken, parameter)
        return super().parse_args(ctx, args)  # type: ignore[misc]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """As typer's."""
        with hidden_if_ours("attr"):
            importlib.import_module("rich.pretty")
        super().format_help(ctx, formatter)  # type: ignore[misc]


class QuickCommand(_Quick, TyperCommand):
    """A command whose text options are not converted."""


class QuickGroup(_Quick, TyperGroup):
    """A group of such."""


__all__ = ["QuickCommand", "QuickGroup"]
