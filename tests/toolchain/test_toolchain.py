# SPDX-License-Identifier: Apache-2.0
"""Finding compilers, building ELF files and libraries, running them on host and QEMU."""

from __future__ import annotations

import importlib.util
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny_project import COUNT, SPEC, Y_OFFSET, bench_inputs, expected, layer_0

from tvm_tiny.crt_project import write_project
from tvm_tiny.errors import DeviceError, ToolchainError, UsageError
from tvm_tiny.project_spec import ProjectSpec
from tvm_tiny.run import HostRunner, QemuRunner, WholeTensor
from tvm_tiny.targets import cores, load_core
from tvm_tiny.toolchain import build as toolchain
from tvm_tiny.toolchain import cache as toolchain_cache
from tvm_tiny.toolchain.build import build_elf, build_host_library, elf_sizes, find_compiler
from tvm_tiny.toolchain.elf import elf_symbols

HAS = {
    "zig": importlib.util.find_spec("ziglang") is not None,
    "gcc": shutil.which("arm-none-eabi-gcc") is not None,
}
CROSS = [
    pytest.param(k, marks=pytest.mark.skipif(not HAS[k], reason=f"no {k}")) for k in ("zig", "gcc")
]
needs_qemu = pytest.mark.skipif(not shutil.which("qemu-system-arm"), reason="no qemu-system-arm")


@pytest.fixture(scope="module", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TVM_TINY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    write_project(SPEC, folder)
    return folder


def changed(tmp_path: Path, old: str, new: str, name: str = "src/tiny_kernels.c") -> ProjectSpec:
    """Write the project with one change in a file of the model."""
    text = SPEC.files[name]
    assert old in text
    spec = replace(SPEC, files={**SPEC.files, name: text.replace(old, new)})
    write_project(spec, tmp_path)
    return spec


def batch(count: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    image = rng.integers(-128, 128, (count, COUNT)).astype(np.int8)
    return {"image": image, "gain": rng.random((count, 1), dtype=np.float32)}


def test_every_core_is_complete() -> None:
    assert {core.name for core in cores()} >= {
        "cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"
    }  # fmt: skip
    assert load_core("cortex-m7").dsp
    assert not load_core("cortex-m3").dsp


def test_unknown_core_offers_the_nearest() -> None:
    with pytest.raises(UsageError, match="cortex-m7") as caught:
        load_core("cortexm7")
    assert caught.value.code == "TT6002"


def test_missing_compiler_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    for purpose in ("cortex-m", "host"):
        with pytest.raises(ToolchainError, match=r"pip install 'tvm-tiny\[toolchain\]'") as caught:
            find_compiler("auto", purpose)
        assert caught.value.code == "TT4001"


def test_auto_takes_gcc_without_zig(monkeypatch: pytest.MonkeyPatch) -> None:
    if not HAS["gcc"]:
        pytest.skip("no arm-none-eabi-gcc")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert find_compiler("auto", "cortex-m").name == "gcc"


def test_unknown_compiler_kind() -> None:
    with pytest.raises(UsageError):
        find_compiler("msvc")  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("kind", CROSS)
@pytest.mark.parametrize("core", [core.name for core in cores()])
def test_simulator_elf_for_every_core(project: Path, kind: str, core: str) -> None:
    elf = build_elf(project, SPEC, "simulator", core, find_compiler(kind))
    names = {symbol.name for symbol in elf_symbols(elf)}
    assert {"tiny_run", "tvm_tiny_layer_done", "tiny_w_0"} <= names
    # Not what only the bench needs.
    assert "tvm_tiny_port_reset" not in names
    soft_float = [name for name in names if name.startswith("__aeabi_f")]
    assert bool(soft_float) == (load_core(core).fpu == "none")


@pytest.mark.parametrize("kind", CROSS)
@pytest.mark.parametrize("what", ["simulator", "bench"])
def test_sizes(project: Path, kind: str, what: str) -> None:
    elf = build_elf(project, SPEC, what, "", find_compiler(kind))
    sizes = elf_sizes(elf, SPEC)
    assert (sizes.weights_bytes, sizes.tables_bytes, sizes.static_bytes) == (COUNT, 4, 0)
    functions = [s for s in elf_symbols(elf) if s.name.startswith(("tiny_run", "tiny_k_"))]
    assert sizes.code_bytes >= sum(s.size_bytes for s in functions) > 0
    assert (sizes.runtime_bytes > 200) == (what == "bench")


def test_static_variable_is_counted(tmp_path: Path) -> None:
    spec = changed(tmp_path, "    int32_t i;\n", "    static volatile int32_t i;\n")
    sizes = elf_sizes(build_elf(tmp_path, spec, "simulator"), spec)
    assert sizes.static_bytes == 4


def test_repeated_build_compiles_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build_elf(project, SPEC, "simulator").read_bytes()
    monkeypatch.setattr(toolchain, "_run", lambda *_: pytest.fail("compiled again"))
    assert build_elf(project, SPEC, "simulator").read_bytes() == first


def test_changed_header_is_noticed(tmp_path: Path) -> None:
    write_project(SPEC, tmp_path)
    before = build_elf(tmp_path, SPEC, "simulator").read_bytes()
    header = tmp_path / "include" / "tvm_tiny.h"
    header.write_text(header.read_text().replace("ERR_ALIGN (-2)", "ERR_ALIGN (-77)"))
    assert build_elf(tmp_path, SPEC, "simulator").read_bytes() != before


@pytest.mark.parametrize("kind", CROSS)
def test_same_bytes_wherever_it_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    results: list[bytes] = []
    for name in ("one", "another-folder"):
        monkeypatch.setenv("TVM_TINY_CACHE", str(tmp_path / f"cache-{name}"))
        write_project(SPEC, tmp_path / name)
        elf = build_elf(tmp_path / name, SPEC, "bench", "", find_compiler(kind))
        results.append(elf.read_bytes())
    assert results[0] == results[1]


def test_builds_without_a_usable_cache(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TVM_TINY_CACHE", os.devnull)
    assert build_elf(project, SPEC, "simulator", opt="-O1").stat().st_size > 0


def test_cache_drops_the_oldest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TVM_TINY_CACHE", str(tmp_path))
    for age, key in enumerate(["aa1", "bb2", "cc3"]):
        target = tmp_path / "out" / key
        toolchain_cache.get_or_make(key, ".o", target, lambda path: path.write_bytes(bytes(10)))
        os.utime(tmp_path / key[:2] / f"{key}.o", (age, age))
    (size,) = {p.stat().st_size for p in tmp_path.glob("??/*.o")}
    assert toolchain_cache.prune(2 * size + 5) == size
    assert sorted(p.name for p in tmp_path.glob("??/*.o")) == ["bb2.o", "cc3.o"]


@pytest.mark.parametrize("kind", CROSS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return (int8_t)(v <", "return no_such_name + (int8_t)(v <"),
        ("return (int8_t)(v < -128 ? -128 : v > 127 ? 127 : v);", "return v;"),  # -Wconversion
        ("void tiny_k_scale", "void tiny_k_new(void) {}\nvoid tiny_k_scale"),  # no prototype
    ],
)
def test_errors_and_warnings_stop_the_build(tmp_path: Path, kind: str, old: str, new: str) -> None:
    spec = changed(tmp_path, old, new)
    with pytest.raises(ToolchainError, match=r"tiny_kernels\.c:\d+") as caught:
        build_elf(tmp_path, spec, "bench", "", find_compiler(kind))
    assert caught.value.code == "TT4002"


@pytest.mark.parametrize("kind", CROSS)
def test_unresolved_symbol_is_named(tmp_path: Path, kind: str) -> None:
    declaration = "int32_t tiny_elsewhere(void);\nint32_t tiny_elsewhere(void);\nvoid tiny_k_scale"
    spec = changed(tmp_path, "void tiny_k_scale", declaration)
    source = tmp_path / "src/tiny_kernels.c"
    source.write_text(source.read_text().replace("sum = 0;", "sum = tiny_elsewhere();"))
    with pytest.raises(ToolchainError, match="tiny_elsewhere"):
        build_elf(tmp_path, spec, "bench", "", find_compiler(kind))


def test_not_a_project(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        build_elf(tmp_path, SPEC, "bench")


def test_host_runs_sample_and_batch(project: Path) -> None:
    runner = HostRunner(build_host_library(project, SPEC), SPEC)
    one = runner.run(bench_inputs())
    want = expected(**bench_inputs())
    assert {k: v.tobytes() for k, v in one.outputs.items()} == {
        k: v.tobytes() for k, v in want.items()
    }
    assert one.outputs["scores"].shape == (1, COUNT - 1)
    many = batch(5)
    got = runner.run(many).outputs
    assert got["scores"].shape == (5, COUNT - 1)
    for i in range(5):
        row = expected(many["image"][i], many["gain"][i])
        assert np.array_equal(got["scores"][i], row["scores"][0])
        assert got["total"][i] == row["total"][0]


def test_host_shows_layers(project: Path) -> None:
    runner = HostRunner(build_host_library(project, SPEC, trace=True), SPEC)
    places = {40: WholeTensor(0, Y_OFFSET, (1, COUNT)), 41: WholeTensor(1, Y_OFFSET + 1, (3,))}
    many = batch(3)
    layers = runner.run(many, places).layers
    assert layers is not None
    want = np.stack([layer_0(image) for image in many["image"]])
    assert np.array_equal(layers[40], want)
    assert np.array_equal(layers[41], want[:, 1:4])


def test_host_refuses_what_cannot_be_watched(project: Path) -> None:
    traced = HostRunner(build_host_library(project, SPEC, trace=True), SPEC)
    for place in (WholeTensor(2, 0, (1,)), WholeTensor(0, 38, (3,)), WholeTensor(0, -1, (1,))):
        with pytest.raises(UsageError, match="outside"):
            traced.run(bench_inputs(), {0: place})
    plain = HostRunner(build_host_library(project, SPEC), SPEC)
    with pytest.raises(UsageError, match="trace"):
        plain.run(bench_inputs(), {0: WholeTensor(0, 0, (1,))})


@pytest.mark.parametrize("offset", ["-1", "40"])
def test_host_notices_writes_beside_the_arena(tmp_path: Path, offset: str) -> None:
    line = f"((int8_t *)arena)[{offset}] = 1;\n    y = (int8_t *)arena + 8;"
    spec = changed(tmp_path, "y = (int8_t *)arena + 8;", line, "src/tiny.c")
    runner = HostRunner(build_host_library(tmp_path, spec), spec)
    with pytest.raises(DeviceError, match="arena"):
        runner.run(bench_inputs())


def test_host_reports_a_refusal(tmp_path: Path) -> None:
    spec = changed(tmp_path, "return TVM_TINY_OK;", "return -2;", "src/tiny.c")
    with pytest.raises(DeviceError, match="ERR_ALIGN"):
        HostRunner(build_host_library(tmp_path, spec), spec).run(bench_inputs())


def test_host_reloads_a_changed_model(tmp_path: Path) -> None:
    spec = changed(tmp_path, "sum = 0;", "sum = 0;")
    first = HostRunner(build_host_library(tmp_path, spec), spec).run(bench_inputs())
    spec = changed(tmp_path, "sum = 0;", "sum = 1000;")
    second = HostRunner(build_host_library(tmp_path, spec), spec).run(bench_inputs())
    assert first.outputs["total"] != second.outputs["total"]


@needs_qemu
@pytest.mark.qemu
@pytest.mark.parametrize("kind", CROSS)
@pytest.mark.parametrize("core", ["cortex-m7", "cortex-m0plus", "cortex-m4"])
def test_qemu_computes_what_numpy_does(project: Path, kind: str, core: str) -> None:
    runner = QemuRunner(project, SPEC, core, kind)
    want = expected(**bench_inputs())
    assert {k: v.tobytes() for k, v in runner.run_bench().items()} == {
        k: v.tobytes() for k, v in want.items()
    }
    many = batch(2)
    got = runner.run(many).outputs
    host = HostRunner(build_host_library(project, SPEC), SPEC).run(many).outputs
    assert all(np.array_equal(got[name], host[name]) for name in host)


@needs_qemu
@pytest.mark.qemu
@pytest.mark.parametrize(
    ("code", "message"),
    [
        # What compilers must not make of two word loads from an unaligned row.
        (
            '__asm__ volatile("ldrd r2, r3, [%0]" : : "r"((int8_t *)arena + 1) : "r2", "r3");',
            "fault 03",
        ),
        ('for (;;) { __asm__ volatile(""); }', "no end after"),
    ],
)
def test_qemu_faults_and_hangs_are_errors(tmp_path: Path, code: str, message: str) -> None:
    line = f"{code}\n    y = (int8_t *)arena + 8;"
    spec = changed(tmp_path, "y = (int8_t *)arena + 8;", line, "src/tiny.c")
    with pytest.raises(DeviceError, match=message):
        QemuRunner(tmp_path, spec, timeout_s=2).run(bench_inputs())


def test_missing_qemu_says_what_to_install(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if "qemu" in name else which(name))
    with pytest.raises(ToolchainError, match="apt install qemu-system-arm") as caught:
        QemuRunner(project, SPEC).run(bench_inputs())
    assert caught.value.code == "TT4003"
