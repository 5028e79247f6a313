# SPDX-License-Identifier: Apache-2.0
"""``tvm-tiny new``: projects that run as they are and print what the model says."""

from __future__ import annotations

import re
import shutil
import sys
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from cli_run import run as cli
from formats_harness import run
from test_kinds import MODELS, expected_scores

import tvm_tiny
from tvm_tiny import Artifact
from tvm_tiny.application import KITS, new_application
from tvm_tiny.application.sensors import reading
from tvm_tiny.boards import load_board
from tvm_tiny.boards.simulated import SimulatedBoard
from tvm_tiny.errors import UsageError
from tvm_tiny.testing.models import tiny_convnet

BOARD = "nucleo-h743zi2"
LABELS = [f"thing {i}" for i in range(9)] + ['caf\u00e9 "10%"\\']
LINE = re.compile(
    r"^(?P<name>.+) (?P<real>-?\d+\.\d{3})(?: \((?P<integer>-?\d+)\))?(?P<ticks> .*)?$"
)


@cache
def camera() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), name="tiny", board=BOARD, row_fed=True, optimize="speed")


def pictures() -> npt.NDArray[np.int8]:
    """What the made-up camera sees, as the model takes it."""
    row, i = np.mgrid[0:32, 0 : 32 * 3]
    seen = [(row * 37 + i * 11 + count * 29) & 255 for count in range(3)]
    return (np.stack(seen).reshape(3, 1, 32, 32, 3) - 128).astype(np.int8)


def said(text: str) -> list[tuple[str, int]]:
    """Labels and integers of all lines but the last, which must be the end."""
    *lines, last = text.splitlines()
    assert last == "end", text
    found = [LINE.match(line) for line in lines]
    assert all(found), text
    return [(m["name"], int(m["integer"])) for m in found if m]


def wanted() -> list[tuple[str, int]]:
    scores = camera().run(pictures(), "host").output.reshape(3, -1)
    return [(LABELS[int(s.argmax())], int(s.max())) for s in scores]


def cmake(folder: Path, preset: str) -> Path:
    tool = shutil.which("cmake", path=f"{Path(sys.executable).parent}:/usr/bin")
    ninja = shutil.which("ninja", path=f"{Path(sys.executable).parent}:/usr/bin")
    if tool is None or ninja is None:
        pytest.skip("no cmake or no ninja")
    python = f"-DTVM_TINY_PYTHON={sys.executable}"
    flags = "-DCMAKE_C_FLAGS_RELEASE=-O1 -Werror -Wpedantic -Wconversion"
    run([tool, "--preset", preset, "-G", "Ninja", f"-DCMAKE_MAKE_PROGRAM={ninja}",
         python, flags], folder)  # fmt: skip
    run([tool, "--build", f"build/{preset}"], folder)
    return folder / "build" / preset / ("application" if preset == "host" else "application.elf")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "app"
    new_application(camera(), folder, labels=LABELS)
    return folder


@pytest.mark.simulator
def test_a_project_runs_on_this_computer_and_on_the_simulated_board(project: Path) -> None:
    assert said(run([cmake(project, "host")], project)) == wanted()
    preset = "gcc" if shutil.which("arm-none-eabi-gcc") else "zig"
    board = SimulatedBoard(load_board(BOARD), cmake(project, preset))
    code, text = board.run()
    assert (code, said(text)) == (0, wanted())
    assert board.registers.core_hz == 480_000_000


def test_nothing_is_overwritten(project: Path, tmp_path: Path) -> None:
    sensor = project / "src" / "sensor.c"
    before = sensor.read_bytes()
    with pytest.raises(UsageError, match="TT6009"):
        new_application(camera(), project)
    (tmp_path / "notes.txt").write_text("mine")
    done = cli("new", "none.tflite", "--board", BOARD, "-o", tmp_path)
    assert done.returncode == 2
    assert "TT6009" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]
    # A newer model goes into its own folder and nowhere else.
    sensor.write_bytes(before + b"/* mine */\n")
    camera().save(project / "model")
    assert sensor.read_bytes().endswith(b"/* mine */\n")
    sensor.write_bytes(before)


def test_a_folder_that_leads_to_itself_is_refused(tmp_path: Path) -> None:
    """It ended in TT9000, after the build: the project took its name from where the link led."""
    (tmp_path / "loop").symlink_to("loop")
    for place in ("loop", "loop/inside"):
        with pytest.raises(UsageError) as caught:
            new_application(camera(), tmp_path / place)
        assert caught.value.code == "TT6010"
        done = cli("new", "none.tflite", "--board", BOARD, "-o", tmp_path / place)
        assert done.returncode == 2
        assert "TT6010" in done.stderr  # before the model is looked at
    assert [p.name for p in tmp_path.iterdir()] == ["loop"]


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "app"
    for options, word in (
        ({"labels": ["one", "two"]}, "2 labels for 10"),
        ({"kit": "abacus"}, "one of cmake"),
    ):
        with pytest.raises(UsageError, match=word):
            new_application(camera(), folder, **options)  # pyright: ignore[reportArgumentType]
    with pytest.raises(UsageError, match=r"(?s)a front end.*--sensor audio"):
        reading(camera().spec, "imu", camera().spec)
    plain = tvm_tiny.build(tiny_convnet(), name="application", optimize="speed")
    with pytest.raises(UsageError, match=r"(?s)no board.*application"):
        new_application(plain, folder)
    assert not folder.exists()


STAND_IN = """\
#include <cstdint>
#include <cstdio>
#include <cstdlib>
struct { void begin(long) {}
  void print(const char *s) { std::fputs(s, stdout); if (std::string(s) == "end\\n") std::exit(0); }
} Serial;
static unsigned long micros() { return 0; }
#include "app.ino"
int main() { setup(); for (;;) loop(); }
"""


@pytest.mark.slow
def test_the_arduino_sketch(tmp_path: Path) -> None:
    """Sources as the builder takes them: all below ``src/``, each alone; g++ and the sketch."""
    if not shutil.which("g++"):
        pytest.skip("no g++")
    folder = tmp_path / "app"
    new_application(camera(), folder, kit="arduino", labels=LABELS)
    (tmp_path / "stand_in.cpp").write_text(f"#include <string>\n{STAND_IN}")
    sources = sorted((folder / "src").rglob("*.c"))
    run(["gcc", "-std=gnu11", "-O1", "-Wall", "-Werror", "-c", *sources], tmp_path)
    objects = sorted(tmp_path.glob("*.o"))
    run(["g++", "-Wall", "-Werror", f"-I{folder}", "stand_in.cpp", *objects, "-o", "app.out"],
        tmp_path)  # fmt: skip
    assert said(run(["./app.out"], tmp_path)) == wanted()


@pytest.mark.slow
def test_the_platformio_project_on_this_computer(tmp_path: Path) -> None:
    if not shutil.which("g++"):
        pytest.skip("no g++")
    folder = tmp_path / "app"
    new_application(camera(), folder, kit="platformio", labels=LABELS)
    ini = (folder / "platformio.ini").read_text()
    assert "board = nucleo_h743zi\n" in ini
    sources = [*sorted((folder / "lib" / "model" / "src").glob("*.c")), *folder.glob("src/*.c")]
    include = [f"-I{folder / 'lib' / 'model' / part}" for part in ("include", "src")]
    run(["gcc", "-std=gnu99", "-O1", "-Wall", "-Werror", *include, "-c", *sources], tmp_path)
    objects = sorted(tmp_path.glob("*.o"))
    main = folder / "src" / "main.cpp"
    run(["g++", "-Wall", "-Werror", *include, main, *objects, "-o", "app.out"], tmp_path)
    assert said(run(["./app.out"], tmp_path)) == wanted()


@pytest.mark.slow
def test_the_zephyr_application(tmp_path: Path) -> None:
    """Its files as Zephyr's build names them, compiled with stand-ins for the two headers."""
    folder = tmp_path / "app"
    new_application(camera(), folder, kit="zephyr", labels=LABELS)
    assert "CONFIG_TVM_TINY_TINY=y" in (folder / "prj.conf").read_text()
    listed = re.findall(r"src/\w+\.c", (folder / "CMakeLists.txt").read_text())
    assert sorted(listed) == sorted(f"src/{p.name}" for p in (folder / "src").glob("*.c"))
    for name, text in {
        "kernel.h": "#include <stdint.h>\nstatic inline uint32_t k_cycle_get_32(void){return 0;}\n",
        "sys/printk.h": "#include <stdio.h>\n#define printk(...) (void)printf(__VA_ARGS__)\n",
    }.items():
        path = tmp_path / "zephyr" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    include = [f"-I{tmp_path}", f"-I{folder / 'model/include'}", f"-I{folder / 'model/src'}"]
    sources = [*sorted((folder / "model/src").glob("*.c")), *(folder / name for name in listed)]
    run(["cc", "-std=gnu11", "-O1", "-Wall", "-Werror", *include, *sources, "-o", "app.out"],
        tmp_path)  # fmt: skip
    assert said(run(["./app.out"], tmp_path)) == wanted()


@pytest.mark.slow
@pytest.mark.simulator
@pytest.mark.parametrize(
    "board", ["mps2-an500", "nrf52840-dk", "rp2040", "nucleo-f103rb", "mimxrt1060-evk"]
)
def test_other_boards_and_their_lines(board: str, tmp_path: Path) -> None:
    artifact = tvm_tiny.build(tiny_convnet(), name="tiny", board=board, row_fed=True)
    folder = tmp_path / "app"
    new_application(artifact, folder, labels=LABELS)
    preset = "gcc" if shutil.which("arm-none-eabi-gcc") else "zig"
    code, text = SimulatedBoard(load_board(board), cmake(folder, preset)).run()
    assert (code, said(text)) == (0, wanted())


@pytest.mark.slow
@pytest.mark.simulator
def test_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "tiny.tflite").write_bytes(tiny_convnet())
    (tmp_path / "labels.txt").write_text("\n".join(LABELS), encoding="utf-8")
    done = cli("new", "tiny.tflite", "--board", BOARD, "-o", "app", "--labels", "labels.txt",
               "--optimize", "speed", cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "camera: fill in app/src/sensor.c" in done.stdout
    preset = "gcc" if shutil.which("arm-none-eabi-gcc") else "zig"
    elf = cmake(tmp_path / "app", preset)
    shown = cli("run", elf, "--board", BOARD, "--runner", "simulator", cwd=tmp_path)
    assert said(shown.stdout) == wanted()
    dry = cli("run", elf, "--board", BOARD, "--runner", "st-flash", "--dry-run", cwd=tmp_path)
    assert "st-flash --reset write" in dry.stdout
    again = cli("build", "tiny.tflite", "--board", BOARD, "--row-fed", "--name", "tiny",
                "-o", "app/model", "-q", cwd=tmp_path)  # fmt: skip
    assert again.returncode == 0, again.stderr


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(MODELS))
def test_every_sensor_reads_what_the_model_takes(kind: str, tmp_path: Path) -> None:
    """On this computer, all warnings errors: the printed scores are those of the same inputs."""
    artifact, options, scores = expected_scores(kind)
    folder = tmp_path / "app"
    new_application(artifact, folder, **options)
    models = [p for p in (folder / "model", folder / "front_end") if p.exists()]
    include = [f"-I{m / part}" for m in models for part in ("include", "src")]
    sources = [*(s for m in models for s in sorted((m / "src").glob("*.c")))]
    sources += [p for p in (folder / "src").glob("*.c") if p.name != "platform_board.c"]
    flags = "-std=c99 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wmissing-prototypes -Werror"
    run(["cc", *flags.split(), *include, *sources, "-o", "app.out"], tmp_path)
    assert said(run(["./app.out"], tmp_path)) == [
        (f"class {s.argmax()}" if s.size > 1 else artifact.spec.outputs[0].name, int(s.max()))
        for s in scores
    ]


def test_every_kit_has_a_summary_and_templates() -> None:
    assert set(KITS) == {"cmake", "zephyr", "platformio", "arduino"}
    assert all(kit.summary for kit in KITS.values())
