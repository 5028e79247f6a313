# SPDX-License-Identifier: Apache-2.0
"""``tvm-tiny quantize``: a float model to QDQ ONNX in int8."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from tvm_tiny.cli.options import Shape, fixed_shapes
from tvm_tiny.cli.terminal import make_console
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.stages import stage

if TYPE_CHECKING:
    from tvm_tiny.quantise.edges import Edge
    from tvm_tiny.quantise.quantise import Method

console = make_console()

Calibration = Annotated[
    Path,
    typer.Option(
        help="An .npz with samples (arrays by input name, 'x' or 'x_train'), or a folder of images."
    ),
]
Ranges = Annotated[
    str, typer.Option("--method", help="Ranges of activations: minmax, entropy or percentile.")
]
Percentile = Annotated[float, typer.Option(help="Share that --method percentile keeps.")]
Samples = Annotated[int, typer.Option(help="Samples to calibrate with, spread over the file.")]
Inputs = Annotated[str, typer.Option(help="What the model takes: float32, int8 or uint8.")]
Outputs = Annotated[str, typer.Option(help="What it gives: float32, int8 or uint8.")]
Nhwc = Annotated[bool, typer.Option("--nhwc", help="Images come channels last (NHWC).")]
Scale = Annotated[
    float | None,
    typer.Option(help="The model was trained on (pixel x SCALE - MEAN) / STD: takes pixels then."),
]
Mean = Annotated[str, typer.Option(help="For --scale: a number, or one a channel: 0.485,0.456,...")]
Std = Annotated[str, typer.Option(help="For --scale, likewise.")]


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
    inputs: Inputs = "float32",
    outputs: Outputs = "float32",
    nhwc: Nhwc = False,
    scale: Scale = None,
    mean: Mean = "0",
    std: Std = "1",
) -> None:
    """Quantise a float model to int8 after training, for 'tvm-tiny build'.

    Images from a camera: --inputs uint8 --nhwc --scale 0.00392157 --mean 0.5 --std 0.25.
    """
    from tvm_tiny.quantise.edges import Preprocess
    from tvm_tiny.quantise.quantise import quantize as run

    pixels = Preprocess(scale, _numbers(mean), _numbers(std)) if scale is not None else None
    stage("quantising")
    made = run(
        model,
        data,
        method=cast("Method", method),
        percentile=percentile,
        samples=samples,
        shapes=fixed_shapes(shape),
        inputs=cast("Edge", inputs),
        outputs=cast("Edge", outputs),
        nhwc=nhwc,
        preprocess=pixels,
    )
    path = made.save(output or Path(f"{model.stem}_int8.onnx"))
    console.print(str(made.comparison))
    console.print(f"wrote {path}; compile it: tvm-tiny build {path}", soft_wrap=True)


def _numbers(text: str) -> float | tuple[float, ...]:
    """One number, or several with commas between them; UsageError TT6401 if they are none."""
    try:
        values = tuple(float(t) for t in text.split(","))
    except ValueError as error:
        problem = Problem(f"'{text:.60}'", do="write 0.5, or 0.485,0.456,0.406")
        raise UsageError("not numbers", (problem,), "TT6401") from error
    return values[0] if len(values) == 1 else values
