# SPDX-License-Identifier: Apache-2.0
"""Tables that the commands print."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tvm_tiny.validate.compare import Validation


def validation_table(result: Validation) -> RenderableType:
    """Verdict and every tensor that differs (or the outputs, if none does)."""
    layers = [c for c in result.layers if c.layer != "output"]
    what = f"{len(layers)} layers and the outputs" if layers else "the outputs"
    if result.bit_exact:
        verdict = Text(
            f"bit-exact with {result.reference} on {result.samples}/{result.samples} samples"
            f" ({what}, on the {result.on})",
            style="bold green",
        )
        return verdict
    style = "bold yellow" if result.passed else "bold red"
    verdict = Text(f"differs from {result.reference} ({what}, on the {result.on})", style=style)
    table = Table(box=box.SIMPLE_HEAD)
    for name in ("layer", "tensor", "different", "of", "largest", "mean"):
        table.add_column(name, justify="left" if name in ("layer", "tensor") else "right")
    for check in result.layers:
        if check.different or check.layer == "output":
            table.add_row(
                check.layer,
                check.tensor,
                f"{check.different:,}",
                f"{check.elements:,}",
                f"{check.max_difference:g}",
                f"{check.mean_difference:.4f}",
            )
    return Group(verdict, table)
