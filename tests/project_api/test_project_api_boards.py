# SPDX-License-Identifier: Apache-2.0
"""Generated projects for boards with a flash: built for all, flashed by stand-ins, over a pty."""

from __future__ import annotations

import os
import pty
import random
import subprocess
import sys
import tty
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from project_api_harness import SERVER, repacked

import tvm_tiny
from tvm_tiny import Artifact
from tvm_tiny.boards import boards, load_board
from tvm_tiny.boards.table import chip_of, server_table
from tvm_tiny.crt_project.microtvm_server.boards import CHIPS
from tvm_tiny.crt_project.microtvm_server.flashing import PROGRAMS, flash_image
from tvm_tiny.crt_project.microtvm_server.rpc import ServerError
from tvm_tiny.crt_project.microtvm_server.serial_port import find_port
from tvm_tiny.device import DeviceClient
from tvm_tiny.errors import DeviceError
from tvm_tiny.project_api import GeneratedProject, TemplateProject, template_dir
from tvm_tiny.run.samples import random_samples
from tvm_tiny.testing.models import tiny_convnet

BOARD = "nucleo-f767zi"


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), name="tiny")


@pytest.fixture(scope="module")
def archive(artifact: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return artifact.export_mlf(tmp_path_factory.mktemp("mlf") / "model.tar")


def generated(archive: Path, folder: Path, board: str) -> GeneratedProject:
    with TemplateProject() as template:
        return template.generate(archive, folder, {"board": board, "trust_archive": True})


@pytest.fixture(scope="module")
def project_dir(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project for a board and for this computer, built for both."""
    folder = tmp_path_factory.mktemp("projects") / "board"
    with generated(archive, folder, BOARD) as project:
        project.build()
        project.options["board"] = "host"
        project.build()
    return folder


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that alone is on the PATH of servers; what stand-ins were called with is in it."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def stand_in(folder: Path, name: str, code: str = "") -> None:
    """A program that writes down its folder and arguments."""
    note = "import os, pathlib, sys\nhere = pathlib.Path(__file__)\n"
    note += "here.with_suffix('.args').write_text('\\n'.join([os.getcwd(), *sys.argv[1:]]))\n"
    program = folder / name
    program.write_text(f"#!{sys.executable}\n{note}{code}\n")
    program.chmod(0o755)


def test_the_servers_table_is_that_of_the_boards_files() -> None:
    """If not: ``python -m tvm_tiny.boards.table > crt_project/microtvm_server/boards.json``."""
    assert (template_dir() / "microtvm_server" / "boards.json").read_text() == server_table()
    alone = {b.name for b in boards() if set(b.probe.runners) == {"simulator"}}
    assert alone == {"teensy41"}  # its loader is no program that the server knows
    with_a_line = {b.name for b in boards() if b.uart or b.probe.qemu_machine}
    assert with_a_line - alone == {*CHIPS, "mps2-an500"}
    for chip in CHIPS.values():
        assert set(chip.runners) & set(PROGRAMS)  # somebody can flash it
        assert chip.flash_origin == chip_of(load_board(chip.name)).flash_origin


@pytest.mark.slow
@pytest.mark.parametrize("core", sorted({c.core for c in CHIPS.values()}))
def test_archives_build_for_every_board_of_their_core(core: str, tmp_path: Path) -> None:
    archive = tvm_tiny.build(tiny_convnet(), core, name="tiny").export_mlf(tmp_path / "m.tar")
    names = sorted(c.name for c in CHIPS.values() if c.core == core)
    with generated(archive, tmp_path / "p", names[0]) as project:
        for name in names:
            project.options["board"] = name
            project.build()
            elf = (tmp_path / "p" / "build" / name / "firmware.elf").read_bytes()
            chip = CHIPS[name]
            assert len(flash_image(elf, chip.flash_origin, chip.flash_bytes)) > 10_000


COMMANDS = {
    "openocd": [
        "-f", "interface/stlink.cfg", "-c", "adapter serial 42", "-f", "target/stm32f7x.cfg",
        "-c", "gdb_port disabled; tcl_port disabled; telnet_port disabled",
        "-c", "init; reset halt", "-c", "flash write_image erase {ELF}",
        "-c", "verify_image {ELF}", "-c", "reset run; shutdown",
    ],
    "st-flash": ["--serial", "42", "--reset", "write", "BIN", "0x08000000"],
    "jlink": [
        "-SelectEmuBySN", "42", "-Device", "STM32F767ZI", "-If", "SWD", "-Speed", "4000",
        "-AutoConnect", "1", "-NoGui", "1", "-ExitOnError", "1", "-CommandFile", "SCRIPT",
    ],
    "pyocd": [
        "load", "--no-wait", "--no-config", "--target", "stm32f767zi", "--format", "elf",
        "--uid", "42", "ELF",
    ],
}  # fmt: skip


@pytest.mark.parametrize("runner", COMMANDS)
def test_flashing(runner: str, project_dir: Path, programs: Path) -> None:
    stand_in(programs, PROGRAMS[runner])
    with GeneratedProject(project_dir) as project:
        project.options.update(runner=runner, probe="42")
        project.flash()
    folder = project_dir / "build" / BOARD
    where, *said = (programs / f"{PROGRAMS[runner]}.args").read_text().split("\n")
    names = {"ELF": "firmware.elf", "BIN": "firmware.bin", "SCRIPT": "firmware.jlink"}
    wanted = COMMANDS[runner]
    for word, name in names.items():
        wanted = [argument.replace(word, str(folder / name)) for argument in wanted]
    assert (where, said) == (str(folder), wanted)
    if runner == "jlink":
        script = (folder / "firmware.jlink").read_text()
        assert script == f'r\nh\nloadfile "{folder}/firmware.bin", 0x08000000\nr\ng\nexit\n'


def test_the_first_installed_runner_flashes(project_dir: Path, programs: Path) -> None:
    with GeneratedProject(project_dir) as project:
        with pytest.raises(DeviceError, match="pyocd or openocd or st-flash or JLinkExe is not"):
            project.flash()
        stand_in(programs, "JLinkExe")
        stand_in(programs, "st-flash")
        project.flash()
        assert [p.name for p in programs.glob("*.args")] == ["st-flash.args"]


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ({}, "print('Error: open failed'); sys.exit(1)", "openocd found no board"),
        ({}, "print('ok\\nverify FAILED here'); sys.exit(1)", "openocd failed: verify FAILED here"),
        ({"timeout_sec": 1}, "import time; time.sleep(30)", "openocd took more than 1 s"),
        ({"probe": "1; exit"}, "", "letters and digits"),
        ({"runner": "picotool"}, "", "picotool cannot flash nucleo-f767zi"),
        ({"runner": "telepathy"}, "", "none of auto, pyocd"),
    ],
)
def test_flashing_that_fails(
    options: dict[str, object], code: str, message: str, project_dir: Path, programs: Path
) -> None:
    stand_in(programs, "openocd", code)
    with GeneratedProject(project_dir) as project:
        project.options.update(options)
        with pytest.raises(DeviceError, match=message):
            project.flash()
        assert project.info.platform_name == "tvm_tiny"  # and it goes on


@pytest.fixture
def port(project_dir: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A serial port with the device firmware, run on this computer, at its other end."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)  # no echo before the server opens it
    device = subprocess.Popen([project_dir / "build/host/firmware"], stdin=ours, stdout=ours)
    os.close(ours)
    yield os.ttyname(theirs), device
    device.kill()
    device.wait()
    os.close(theirs)


def test_infer_over_a_serial_port(
    artifact: Artifact, project_dir: Path, port: tuple[str, subprocess.Popen[bytes]]
) -> None:
    with GeneratedProject(project_dir) as project:
        project.options["port"] = port[0]
        with project.transport() as line:
            client = DeviceClient(line)
            assert client.open().model == "tiny"
            for sample in random_samples(artifact.spec.inputs, 2, 5):
                (x,) = sample.values()
                made = np.frombuffer(client.infer(x.tobytes()).outputs, np.int8)
                expected = artifact.run(sample, "host").output
                assert made.tolist() == expected.reshape(-1).tolist()


def test_the_shell_talks_over_a_serial_port(
    project_dir: Path, port: tuple[str, subprocess.Popen[bytes]]
) -> None:
    command = [sys.executable, str(project_dir / SERVER), "connect", "-o", f"port={port[0]}"]
    text = project_dir / "commands.txt"
    text.write_text("name%")
    with text.open() as stdin:  # a file, which not every way of waiting takes
        done = subprocess.run(command, stdin=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "m-name-dut-[tvm_tiny]" in done.stdout


@pytest.mark.parametrize(
    ("port", "message"),
    [
        ("/nowhere/ttyACM0", "cannot open the serial port"),
        (__file__, "not a serial port"),
        ("/dev/null", "not a serial port"),
        ("", "no serial port with USB 0483:374b: name it with port"),
    ],
)
def test_ports_that_are_none(port: str, message: str, project_dir: Path) -> None:
    if not port and Path("/sys/class/tty").is_dir() and list(Path("/dev").glob("ttyACM*")):
        pytest.skip("a board may be attached")
    with GeneratedProject(project_dir) as project:
        project.options["port"] = port
        with pytest.raises(DeviceError, match=message):
            project.transport()


def test_the_port_is_found_by_its_plug(tmp_path: Path) -> None:
    def add(name: str, usb: str) -> None:
        plug = tmp_path / "devices" / name
        (plug / "1-1:1.2").mkdir(parents=True)
        for file, text in zip(("idVendor", "idProduct"), usb.split(":"), strict=True):
            (plug / file).write_text(text + "\n")
        (tmp_path / "tty" / name).mkdir(parents=True)
        (tmp_path / "tty" / name / "device").symlink_to(plug / "1-1:1.2")

    chip, folder = CHIPS[BOARD], tmp_path / "tty"
    with pytest.raises(ServerError, match="no serial port with USB 0483:374b"):
        find_port(chip, folder)
    add("ttyUSB0", "1a86:7523")
    add("ttyACM1", "0483:374b")
    (folder / "ttyS0").mkdir()
    assert find_port(chip, folder) == "/dev/ttyACM1"
    add("ttyACM3", "0483:374b")
    with pytest.raises(ServerError, match="choose one with port: /dev/ttyACM1, /dev/ttyACM3"):
        find_port(chip, folder)


def test_an_archive_without_a_boards_files(archive: Path, tmp_path: Path) -> None:
    with TemplateProject() as template:
        with pytest.raises(DeviceError, match="has a cortex-m4, the archive is for cortex-m7"):
            template.generate(archive, tmp_path / "p", {"board": "nrf52840-dk"})
        bad = tmp_path / "bad.tar"
        without = {f"./runtime/boards/{BOARD}/link.ld": None}
        bad.write_bytes(repacked(archive.read_bytes(), without))
        with pytest.raises(DeviceError, match=r"tvm-tiny build MODEL --board nucleo-f767zi"):
            template.generate(bad, tmp_path / "p", {"board": BOARD})
        assert not (tmp_path / "p").exists()


def test_no_programs_settings_come_from_an_archive(archive: Path, tmp_path: Path) -> None:
    """OpenOCD and pyOCD take files from the folder that they run in."""
    names = ("interface/stlink.cfg", "pyocd_user.py", "openocd.cfg")
    evil: dict[str, bytes | None] = {
        f"./runtime/build/{BOARD}/{name}": b"exec evil" for name in names
    }
    bad = tmp_path / "bad.tar"
    bad.write_bytes(repacked(archive.read_bytes(), evil))
    generated(bad, tmp_path / "p", BOARD).close()
    assert not (tmp_path / "p" / "build").exists()


def test_damaged_programs_are_refused_and_nothing_else(project_dir: Path) -> None:
    elf = (project_dir / "build" / BOARD / "firmware.elf").read_bytes()
    chip, rng = CHIPS[BOARD], random.Random(1)
    image = flash_image(elf, chip.flash_origin, chip.flash_bytes)
    assert image[:4] == (0x20000000 + 4096).to_bytes(4, "little")  # stack, at the DTCM's beginning
    refused = 0
    for _ in range(300):
        bad = bytearray(elf[: rng.randrange(len(elf))] if rng.random() < 0.3 else elf)
        for _ in range(rng.randrange(1, 4)):
            if bad:
                bad[rng.randrange(min(len(bad), 200))] = rng.randrange(256)
        try:
            assert len(flash_image(bytes(bad), chip.flash_origin, chip.flash_bytes)) <= 2 << 20
        except ValueError:
            refused += 1
    assert refused > 100
