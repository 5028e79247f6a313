# SPDX-License-Identifier: Apache-2.0
"""Commands of training on the device: train-build, train-plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tvm_tiny.cli.options import Model, Shape, fixed_shapes
from tvm_tiny.cli.terminal import make_console
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.toolchain.compilers import CompilerKind

if TYPE_CHECKING:
    from tvm_tiny.ondevice.artifact import TrainingArtifact

console = make_console()


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("train-build")(train_build)
    app.command("train-plan")(train_plan)


def train_build(
    model: Model,
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Project folder.")] = None,
    target: Annotated[
        str, typer.Option("--target", "-t", help="Core; see 'tvm-tiny targets'.")
    ] = "cortex-m7",
    scheme: Annotated[str, typer.Option(help="last, bias:N, full or auto (with --data).")] = "last",
    data: Annotated[
        Path | None, typer.Option(help="For auto: an .npz with x and y (classes) to learn.")
    ] = None,
    layer: Annotated[
        list[str] | None,
        typer.Option(help="Instead of a scheme: NAME=1 (weights and bias) or NAME=0 (bias);"
                     " a number is the operator's in the model."),
    ] = None,
    bias: Annotated[int, typer.Option(help="Also the biases of the last so many layers.")] = 0,
    loss: Annotated[str, typer.Option(help="cross_entropy or mse.")] = "cross_entropy",
    rate: Annotated[float, typer.Option(help="Learning rate.")] = 1e-3,
    gradients: Annotated[str, typer.Option(help="int8 or int16.")] = "int16",
    weight_bits: Annotated[int, typer.Option(help="More bits of weights: 0, 4 or 8.")] = 0,
    momentum: Annotated[float, typer.Option(help="0 to below 1.")] = 0.0,
    accumulate: Annotated[int, typer.Option(help="Samples averaged for one move.")] = 1,
    seed: Annotated[int, typer.Option(help="Of the random bits of roundings.")] = 1,
    ram: Annotated[
        str | None, typer.Option(help="Limit for all RAM of a step with its stack, e.g. 128K.")
    ] = None,
    optimize: Annotated[str, typer.Option(help="speed, flash, balanced or ram.")] = "speed",
    row_fed: Annotated[bool, typer.Option(help="The input comes row by row.")] = False,
    recompute: Annotated[
        float, typer.Option(help="Share of MACs that may be added to save RAM.")
    ] = 0.0,
    name: Annotated[str | None, typer.Option(help="Prefix of the generated C.")] = None,
    compiler: Annotated[CompilerKind, typer.Option(help="C compiler for measuring.")] = "auto",
    shape: Shape = None,
) -> None:  # fmt: skip
    """Compile a model to C that runs it and trains it on the device."""
    from tvm_tiny.ondevice.build import build_training

    artifact = build_training(
        model,
        target,
        scheme=_shares(layer) if layer else scheme,
        data=_samples(data) if data else None,
        bias=bias,
        loss=loss,
        rate=rate,
        gradients=gradients,
        weight_bits=weight_bits,
        momentum=momentum,
        accumulate=accumulate,
        seed=seed,
        ram=ram,
        optimize=optimize,
        row_fed=row_fed,
        recompute=recompute,
        name=name,
        shapes=fixed_shapes(shape),
        compiler=compiler,
    )
    folder = output or Path(f"{artifact.spec.model}_project")
    files = artifact.save(folder)
    for line in _summary(artifact):
        console.print(line, markup=False)
    console.print(f"wrote {len(files)} files to {folder}", markup=False)


def train_plan(
    model: Model,
    *,
    target: Annotated[
        str, typer.Option("--target", "-t", help="Core; see 'tvm-tiny targets'.")
    ] = "cortex-m7",
    loss: Annotated[str, typer.Option(help="cross_entropy or mse.")] = "cross_entropy",
    gradients: Annotated[str, typer.Option(help="int8 or int16.")] = "int16",
    weight_bits: Annotated[int, typer.Option(help="More bits of weights: 0, 4 or 8.")] = 0,
    optimize: Annotated[str, typer.Option(help="speed, flash, balanced or ram.")] = "speed",
) -> None:
    """What schemes of training cost, from cheap to rich: RAM by kind, multiply-accumulates."""
    from rich.table import Table

    from tvm_tiny.ondevice.schemes import plan_training

    found = plan_training(
        model,
        target,
        loss=loss,
        gradients=gradients,
        weight_bits=weight_bits,
        optimize=optimize,
    )
    kinds = ("weights", "biases", "velocities", "state", "saved", "masks", "passing")
    table = Table("scheme", "arena", *kinds, "MACs forward", "backward", "update", box=None)
    for cost in found:
        if cost.by_kind is None:
            table.add_row(cost.name, cost.why_not)
            continue
        numbers = [cost.arena_bytes, *(cost.by_kind[k] for k in kinds)]
        numbers += [cost.macs_forward, cost.macs_backward, cost.macs_update]
        table.add_row(cost.name, *(f"{n:,}" for n in numbers))
    console.print(table)


def _samples(path: Path) -> tuple[Any, Any]:
    """Samples and classes of an archive."""
    from tvm_tiny.files.arrays import read_arrays

    arrays = read_arrays(path)
    if "x" not in arrays or "y" not in arrays:
        problem = Problem(f"it has {sorted(arrays)[:10]}", str(path), do="an .npz with x and y")
        raise UsageError("no labels", (problem,), "TT6072")
    return arrays["x"], arrays["y"]


def _shares(layers: list[str]) -> dict[str, float]:
    """What ``--layer NAME=SHARE`` says."""
    out: dict[str, float] = {}
    for text in layers:
        name, _, share = text.rpartition("=")
        try:
            out[name] = float(share)
        except ValueError as err:
            problem = Problem(f"--layer {text}", do="write --layer NAME=1 or NAME=0")
            raise UsageError("this cannot be trained", (problem,), "TT6070") from err
    return out


def memory_text(size_bytes: int | None) -> str:
    """Bytes, or that they are not known."""
    return "unknown (no simulator)" if size_bytes is None else f"{size_bytes:,} B"


def _summary(artifact: TrainingArtifact) -> list[str]:
    """RAM by kind."""
    memory = artifact.memory
    parts = ", ".join(f"{kind} {size:,}" for kind, size in memory.by_kind().items())
    chosen = ", ".join(f"{layer} {share:g}" for layer, share in artifact.scheme.items())
    return [
        f"trained (1: all weights, 0: the bias): {chosen}",
        f"{artifact.spec.model}: arena {memory.arena_bytes:,} B; {parts}",
        f"stack of a step {memory_text(artifact.stack_bytes)}",
        f"an export is {memory.learned_bytes:,} B",
    ]
