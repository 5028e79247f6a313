# SPDX-License-Identifier: Apache-2.0
"""The C project: its files, and that make and CMake build and run it with every compiler."""

from __future__ import annotations

import ctypes
import importlib.util
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hang import HANG_S
from tiny_project import SPEC, bench_inputs, expected

from tvm_tiny import crt_project
from tvm_tiny.crt_project import (
    BOARD_PARTS,
    BOARD_TEMPLATES,
    FURTHER_HEADERS,
    STATIC_FILES,
    TEMPLATES,
    render,
    write_project,
)
from tvm_tiny.errors import TvmTinyError
from tvm_tiny.run.qemu import parse_outputs
from tvm_tiny.targets import load_core
from tvm_tiny.toolchain.build import find_compiler

HAS = {
    "zig": importlib.util.find_spec("ziglang") is not None,
    "gcc": shutil.which("arm-none-eabi-gcc") is not None,
}
CROSS = [
    pytest.param(k, marks=pytest.mark.skipif(not HAS[k], reason=f"no {k}")) for k in ("zig", "gcc")
]
QEMU = shutil.which("qemu-system-arm")
CMAKE = shutil.which("cmake") or shutil.which("cmake", path=str(Path(sys.executable).parent))
needs_make = pytest.mark.skipif(not shutil.which("make"), reason="no make")
needs_cc = pytest.mark.skipif(not shutil.which("cc"), reason="no cc")
GENERATOR = [] if shutil.which("make") else ["-G", "Ninja"]  # ninja comes with the test extra
needs_cmake = pytest.mark.skipif(not CMAKE, reason="no cmake")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_project(SPEC, tmp_path)
    return tmp_path


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=HANG_S,
    )


def built(*command: str | Path, cwd: Path) -> str:
    done = run(*command, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def make(folder: Path, *arguments: str) -> str:
    return built("make", f"PYTHON={sys.executable}", *arguments, cwd=folder)


def assert_bench_output(text: str) -> None:
    got, want = parse_outputs(SPEC, text), expected(**bench_inputs())
    assert {k: v.tobytes() for k, v in got.items()} == {k: v.tobytes() for k, v in want.items()}


def run_in_qemu(elf: Path) -> str:
    machine = ("-M", "mps2-an500", "-display", "none", "-monitor", "none", "-serial", "none")
    semihosting = ("-semihosting-config", "enable=on,target=native")
    return built("qemu-system-arm", *machine, *semihosting, "-kernel", elf, cwd=elf.parent)


def test_every_file_of_the_package_is_used() -> None:
    folder = Path(str(crt_project.__file__)).parent
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix not in (".py", ".pyc")
        and path.parent.name != "microtvm_server"  # goes into projects as a folder
    }
    templates = {f"{name}.jinja" for name in (*TEMPLATES, *BOARD_TEMPLATES)}
    copied = {*STATIC_FILES, *FURTHER_HEADERS}
    assert there == copied | templates | set(BOARD_PARTS)


def test_same_spec_gives_the_same_bytes(tmp_path: Path) -> None:
    written = [write_project(SPEC, tmp_path / name) for name in ("a", "b")]
    assert len(written[0]) == len(render(SPEC)) + len(SPEC.files)
    for one, other in zip(*written, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_every_source_has_a_licence() -> None:
    for name, text in render(SPEC).items():
        if name.endswith((".c", ".h", ".ld", ".cmake", "Makefile", "CMakeLists.txt")):
            assert "SPDX-License-Identifier: Apache-2.0" in text.splitlines()[0], name


@pytest.mark.parametrize("name", ["../evil.c", "/evil.c", "src/../../evil.c"])
def test_paths_stay_in_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(TvmTinyError, match="evil"):
        write_project(replace(SPEC, files={name: ""}), tmp_path / "project")
    assert not list(tmp_path.rglob("evil.c"))


def test_files_do_not_clash(tmp_path: Path) -> None:
    with pytest.raises(TvmTinyError, match="Makefile"):
        write_project(replace(SPEC, files={"Makefile": ""}), tmp_path)


@needs_make
@needs_cc
def test_make_on_the_host(project: Path) -> None:
    make(project)
    assert_bench_output(built(project / "build/host/bench", cwd=project))
    assert (project / "build/host/libtiny.a").exists()
    # Nothing is built twice; clean leaves what was generated.
    assert "-c" not in make(project)
    make(project, "clean")
    assert sorted(p.relative_to(project).as_posix() for p in project.rglob("*") if p.is_file()) == (
        sorted({**render(SPEC), **SPEC.files})
    )


@needs_make
@pytest.mark.parametrize("kind", CROSS)
def test_make_bench(project: Path, kind: str) -> None:
    make(project, "bench", f"TOOLCHAIN={kind}")
    elf = project / "build/bench.elf"
    assert elf.read_bytes()[:4] == b"\x7fELF"
    if QEMU:
        assert_bench_output(run_in_qemu(elf))
        assert_bench_output(make(project, "run", f"TOOLCHAIN={kind}"))


@needs_make
def test_make_refuses_an_unknown_toolchain(project: Path) -> None:
    done = run("make", "lib", "TOOLCHAIN=iar", cwd=project)
    assert done.returncode != 0
    assert "gcc or zig" in done.stderr


@needs_make
@pytest.mark.parametrize("kind", CROSS)
def test_warnings_are_errors(project: Path, kind: str) -> None:
    source = project / "src/tiny_kernels.c"
    source.write_text(source.read_text() + "int tiny_extra(int x) { return x; }\n")
    arguments = ("make", f"PYTHON={sys.executable}", "lib", f"TOOLCHAIN={kind}")
    done = run(*arguments, cwd=project)
    assert done.returncode != 0
    assert "missing-prototypes" in done.stderr
    assert run(*arguments, "WERROR=", cwd=project).returncode == 0


@needs_cmake
@pytest.mark.parametrize("preset", [pytest.param("host", marks=needs_cc), *CROSS])
def test_cmake(project: Path, preset: str) -> None:
    assert CMAKE
    python = f"-DTVM_TINY_PYTHON={sys.executable}"
    built(CMAKE, "--preset", preset, *GENERATOR, python, cwd=project)
    built(CMAKE, "--build", f"build/{preset}", cwd=project)
    assert (project / "build" / preset / "libtiny.a").exists()
    if preset == "host":
        assert_bench_output(built(project / "build/host/bench", cwd=project))
    elif QEMU:
        assert_bench_output(run_in_qemu(project / "build" / preset / "bench.elf"))


@needs_cmake
@needs_cc
def test_cmake_as_part_of_another_project(project: Path, tmp_path: Path) -> None:
    assert CMAKE
    app = tmp_path / "app"
    app.mkdir()
    (app / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.21)\nproject(app LANGUAGES C)\n"
        f'add_subdirectory("{project}" tiny)\n'
        "add_executable(app main.c)\ntarget_link_libraries(app PRIVATE tiny)\n"
    )
    (app / "main.c").write_text(
        '#include "tiny.h"\nint main(void) { return tiny_run(NULL, NULL, NULL) + 1; }\n'
    )
    built(CMAKE, "-S", ".", "-B", "build", *GENERATOR, cwd=app)
    built(CMAKE, "--build", "build", cwd=app)
    built(app / "build/app", cwd=app)


@needs_make
@pytest.mark.parametrize("kind", CROSS)
def test_library_has_prefixed_symbols_only(project: Path, kind: str) -> None:
    from elftools.elf.elffile import ELFFile

    make(project, "lib", f"TOOLCHAIN={kind}")
    assert (project / "build/libtiny.a").read_bytes().startswith(b"!<arch>")
    objects = sorted((project / "build" / kind / "obj/src").glob("*.o"))
    defined: set[str] = set()
    needed: set[str] = set()
    for path in objects:
        with path.open("rb") as stream:
            for symbol in ELFFile(stream).get_section_by_name(".symtab").iter_symbols():
                if symbol["st_info"]["bind"] != "STB_LOCAL" and symbol.name:
                    outside = symbol["st_shndx"] == "SHN_UNDEF"
                    (needed if outside else defined).add(symbol.name)
    assert "tiny_run" in defined
    assert all(name.startswith("tiny_") for name in defined)
    assert needed - defined <= {"memcpy", "memset", "memmove", "__aeabi_memcpy"}


@needs_make
@pytest.mark.parametrize("kind", CROSS)
def test_bare_example_links_with_the_library(project: Path, kind: str) -> None:
    make(project, "lib", f"TOOLCHAIN={kind}")
    (project / "application.c").write_text(
        "#include <stdint.h>\n"
        "void application_read(int8_t *image, float *gain);\n"
        "void application_use(int status, const int8_t *scores, const float *total);\n"
        "void application_read(int8_t *image, float *gain) { image[0] = 1; *gain = 2.0f; }\n"
        "void application_use(int status, const int8_t *scores, const float *total)\n"
        "{ (void)status; (void)scores; (void)total; }\n"
    )
    compiler = find_compiler(kind)
    flags = compiler.core_flags(load_core("cortex-m7"))
    warnings = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror")
    ports = [f"ports/cortex-m/{name}.c" for name in ("main", "start")]
    command = [*compiler.command, *flags, *warnings, "-O2", "-g0", "-ffreestanding", "-nostdlib"]
    command += ["-Iinclude", *ports, "application.c", "build/libtiny.a", "-o", "app.elf"]
    command += ["-Wl,-T,ports/cortex-m/link.ld", "-Wl,-e,reset_handler"]
    built(*command, "-lcompiler_rt" if kind == "zig" else "-lgcc", cwd=project)
    assert (project / "app.elf").read_bytes()[:4] == b"\x7fELF"


@pytest.mark.parametrize(
    ("arena_bytes", "in_psram"), [(40, False), (3_600_000, False), (3_700_000, True)]
)
def test_large_arena_goes_to_psram(tmp_path: Path, arena_bytes: int, in_psram: bool) -> None:
    header = SPEC.files["include/tiny.h"].replace("BYTES 40u", f"BYTES {arena_bytes}u")
    spec = replace(SPEC, arena_bytes=arena_bytes, files={**SPEC.files, "include/tiny.h": header})
    assert ('".psram"' in render(spec)["bench/main.c"]) == in_psram
    if QEMU and (HAS["zig"] or HAS["gcc"]) and shutil.which("make"):
        write_project(spec, tmp_path)
        make(tmp_path, "bench", f"TOOLCHAIN={'zig' if HAS['zig'] else 'gcc'}")
        assert_bench_output(run_in_qemu(tmp_path / "build/bench.elf"))


def test_readme_states_the_interface() -> None:
    text = render(SPEC)["README.md"]
    assert "40 bytes, aligned to 8" in text
    assert "| input `image` | int8, 1x21, real = (q - (-3)) * 0.5 |" in text
    assert "| input `gain` | float32, 1x1 |" in text
    assert "int infer(const int8_t *image, const float *gain, int8_t *scores, float *total)" in text


@needs_cc
def test_readme_example_compiles(project: Path) -> None:
    text = (project / "README.md").read_text()
    code = text.split("```c\n")[1].split("```")[0]
    (project / "example.c").write_text(code)
    built("cc", "-std=c99", "-Wall", "-Werror", "-Iinclude", "-c", "example.c", cwd=project)


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """ports/cortex-m/memory.c for the host, under other names."""
    folder = tmp_path_factory.mktemp("memory")
    source = folder / "memory.c"
    source.write_text(render(SPEC)["ports/cortex-m/memory.c"])
    names = [f"-D{name}=tiny_{name}" for name in ("memcpy", "memmove", "memset")]
    compiler = find_compiler("auto", "host")
    flags = ["-std=c99", "-O2", "-fPIC", "-shared", "-fno-builtin"]
    built(*compiler.command, *flags, *names, source, "-o", folder / "memory.so", cwd=folder)
    library = ctypes.CDLL(str(folder / "memory.so"))
    for name in ("tiny_memcpy", "tiny_memmove"):
        getattr(library, name).argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
    library.tiny_memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
    return library


@pytest.mark.parametrize("count", [0, 1, 3, 4, 15, 16, 17, 40])
def test_memory_functions(memory: ctypes.CDLL, count: int) -> None:
    start = np.arange(128, dtype=np.uint8)
    for to in range(4, 68, 5):
        for source in range(4, 70, 7):
            want = start.copy()
            want[to : to + count] = start[source : source + count]
            moved = start.copy()
            base = moved.ctypes.data
            memory.tiny_memmove(base + to, base + source, count)
            assert np.array_equal(moved, want)
            copied = start.copy()
            memory.tiny_memcpy(copied.ctypes.data + to, start.ctypes.data + source, count)
            assert np.array_equal(copied, want)
        want = start.copy()
        want[to : to + count] = 0xAB
        filled = start.copy()
        memory.tiny_memset(filled.ctypes.data + to, 0x1AB, count)
        assert np.array_equal(filled, want)
