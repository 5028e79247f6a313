# SPDX-License-Identifier: Apache-2.0
"""``tvm-tiny quantize``: a float model to QDQ ONNX in int8."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from tvm_tiny.cli.options import Shape, fixed_shapes
from tvm_tiny.cli.terminal import make_console

if TYPE_CHECKING:
    from tvm_tiny.quantise import Method

console = make_console()

Calibration = Annotated[
    Path,
    typer.Option(help="An .npz with samples: arrays by input name, or 'x' or 'x_train'."),
]
Ranges = Annotated[
    str, typer.Option("--method", help="Ranges of activations: minmax, entropy or percentile.")
]
Percentile = Annotated[float, typer.Option(help="Share that --method percentile keeps.")]
Samples = Annotated[int, typer.Option(help="Samples to calibrate with, spread over the file.")]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(quantize)


def quantize(
    model: Annotated[Path, typer.Argument(help="Float .onnx or .tflite", show_default=False)],
    data: Calibration,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write (MODEL_int8.onnx).")
    ] = None,
    method: Ranges = "minmax",
    percentile: Percentile = 99.99,
    samples: Samples = 200,
    shape: Shape = None,
) -> None:
    """Quantise a float model to int8 after training, for 'tvm-tiny build'."""
    from tvm_tiny.quantise import quantize as run

    with console.status("quantising"):
        made = run(
            model,
            data,
            method=cast("Method", method),
            percentile=percentile,
            samples=samples,
            shapes=fixed_shapes(shape),
        )
        path = made.save(output or Path(f"{model.stem}_int8.onnx"))
    console.print(str(made.comparison))
    console.print(f"wrote {path}; compile it: tvm-tiny build {path}", soft_wrap=True)
