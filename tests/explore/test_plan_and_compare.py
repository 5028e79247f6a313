# SPDX-License-Identifier: Apache-2.0
"""Objects of notebooks: plans that can be built, builds side by side, what ``dir`` shows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hang import BUSY

import tvm_tiny
from tvm_tiny.cli.boards import HowToRun, run_on_board
from tvm_tiny.errors import DoesNotFitError, UsageError
from tvm_tiny.explore.plan import Plans
from tvm_tiny.report.curve import curve_of
from tvm_tiny.testing.models import tiny_convnet


@pytest.fixture(scope="module")
def plans() -> Plans:
    return tvm_tiny.plan(tiny_convnet())


def test_points_are_a_curve(plans: Plans) -> None:
    arenas = [p.arena_bytes for p in plans]
    assert len(plans) > 1
    assert arenas == sorted(arenas, reverse=True)
    assert "plans, arena" in repr(plans)
    assert len(repr(plans[0])) < 120
    assert plans.within(arenas[0]) is plans[0]
    with pytest.raises(DoesNotFitError):
        plans.within(arenas[-1] - 1)
    assert plans.plot().svg.count("<circle") == len(plans)
    assert "<table>" in plans._repr_html_()


def test_a_point_is_built_as_it_is(plans: Plans) -> None:
    built = plans[-1].build()
    assert built.compiled.plan.arena_bytes == plans[-1].arena_bytes
    assert built.validate(samples=1, on="host").bit_exact
    assert curve_of(built)[-1].arena_bytes == plans[-1].arena_bytes


def test_frames(plans: Plans) -> None:
    pandas = pytest.importorskip("pandas")
    frame = plans.to_frame()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.arena_bytes) == [p.arena_bytes for p in plans]


def test_saved_builds_are_compared_without_compiling(tmp_path: Path) -> None:
    for name, optimize in (("a", "speed"), ("b", "ram")):
        tvm_tiny.build(tiny_convnet(), optimize=optimize).save(tmp_path / name)
    code = (
        "import sys, time, tvm_tiny; c = tvm_tiny.compare(*sys.argv[1:]); c._repr_html_();"
        "print(time.process_time(), 'tvm' in sys.modules, 'torch' in sys.modules);"
        "print([r['arena'] for r in c.to_rows()]); print(c.markdown())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a"), str(tmp_path / "b" / "report.json")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds, tvm, torch = done.stdout.split()[:3]
    assert float(seconds) < 1 * BUSY
    assert (tvm, torch) == ("False", "False")
    found = tvm_tiny.compare(tmp_path / "a", tmp_path / "b")
    assert len(found.layers()) >= len(found.reports[0].layers)
    assert "Comparison(" in repr(found)


def test_what_cannot_be_compared(tmp_path: Path) -> None:
    for builds in ((tmp_path,), (tmp_path, tmp_path), (1, 2)):
        with pytest.raises(UsageError):
            tvm_tiny.compare(*builds)


def test_dir_shows_what_there_is() -> None:
    assert {"build", "quantize", "plan", "compare", "tune", "receptive_field"} <= set(dir(tvm_tiny))
    assert all(hasattr(tvm_tiny, name) for name in dir(tvm_tiny))


def test_a_saved_project_is_run_again(tmp_path: Path) -> None:
    artifact = tvm_tiny.build(tiny_convnet(), optimize="speed")
    artifact.save(tmp_path / "out")
    before = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    saved = tvm_tiny.Artifact.load(tmp_path / "out")
    assert saved.report == artifact.report
    assert repr(saved).startswith("Saved(")
    io = saved.spec.inputs[0]
    x = np.random.default_rng(0).integers(-128, 128, (2, *io.shape), dtype=np.int8)
    want = artifact.run(x, on="host").output
    for place in ("host", "simulator"):
        np.testing.assert_array_equal(saved.run(x, on=place).output, want)
    assert {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()} == before
    with pytest.raises(UsageError, match="TT6006"):
        saved.run(x, on="moon")
    # What others may have written runs on the simulator, and here only for who says so.
    changed = next((tmp_path / "out" / "src").glob("*.c"))
    changed.write_text(f"{changed.read_text()}\n/* changed */\n")
    (tmp_path / "out" / "src" / "more.c").symlink_to("/dev/zero")  # not the project's: left alone
    others = tvm_tiny.Artifact.load(tmp_path / "out")
    with pytest.raises(UsageError, match="TT6022"):
        others.run(x)
    np.testing.assert_array_equal(others.run(x[0], trusted=True).output, want[0])
    how = HowToRun("mps2-an500", "auto", "bench", "qemu", "", 9.0, dry_run=False)
    with pytest.raises(UsageError, match="TT6022"):
        run_on_board(tmp_path / "out", how)
    changed.unlink()
    os.mkfifo(changed)
    for place in ("host", "simulator"):
        with pytest.raises(UsageError, match="a FIFO, not a regular file"):
            tvm_tiny.Artifact.load(tmp_path / "out").run(x, on=place)
    with pytest.raises(UsageError, match="TT6013"):
        tvm_tiny.Artifact.load(tmp_path)


def test_litert_stands_in_where_there_is_no_tflite_micro(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ai_edge_litert")
    monkeypatch.setitem(sys.modules, "tflite_micro.python.tflite_micro", None)
    monkeypatch.setitem(sys.modules, "tflite_micro.python.tflite_micro.runtime", None)
    found = tvm_tiny.build(tiny_convnet(), optimize="speed").validate(samples=1, on="host")
    assert "in place of tflite-micro" in found.reference
    assert found.tolerance_steps == 1
    assert found.layers
