# SPDX-License-Identifier: Apache-2.0
"""Runners of boards: every command line, missing programs and probes, QEMU for real."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from tiny_project import SPEC, bench_inputs, expected

from tvm_tiny.boards import load_board
from tvm_tiny.boards.firmware import link
from tvm_tiny.boards.flashers import FLASHERS, Can, Command, Flasher, Job, choose
from tvm_tiny.boards.pyocd import Calls
from tvm_tiny.boards.running import carry_out, flash_image, make_job
from tvm_tiny.crt_project import write_project
from tvm_tiny.errors import DeviceError, ToolchainError, UsageError
from tvm_tiny.run.qemu import parse_outputs


def job(board: str, probe: str = "", elf: str = "/b/x y.elf") -> Job:
    return Job(load_board(board), Path(elf), Path("/b/x.bin"), Path("/b/x.jlink"), probe)


def line(runner: str, board: str, probe: str = "") -> str:
    (command,) = FLASHERS[runner].commands(job(board, probe))
    return str(command)


def test_openocd() -> None:
    assert line("openocd", "nucleo-h743zi2", "0042") == (
        "openocd -f interface/stlink.cfg -c 'adapter serial 0042' -f target/stm32h7x.cfg"
        " -c 'gdb_port disabled; tcl_port disabled; telnet_port disabled' -c 'init; reset halt'"
        " -c 'flash write_image erase {/b/x y.elf}' -c 'verify_image {/b/x y.elf}'"
        " -c 'reset halt; arm semihosting enable; resume'"
    )
    assert "'transport select swd' -f target/nrf52.cfg" in line("openocd", "nrf52840-dk")
    assert "-f target/rp2040.cfg -c 'adapter speed 5000'" in line("openocd", "rp2040")


def test_st_flash() -> None:
    assert line("st-flash", "nucleo-f446re") == "st-flash --reset write /b/x.bin 0x08000000"
    assert "--serial 0042" in line("st-flash", "nucleo-f446re", "0042")


def test_jlink() -> None:
    (command,) = FLASHERS["jlink"].commands(job("nrf52840-dk", "683"))
    assert str(command) == (
        "JLinkExe -SelectEmuBySN 683 -Device nRF52840_xxAA -If SWD -Speed 4000 -AutoConnect 1"
        " -NoGui 1 -ExitOnError 1 -CommandFile /b/x.jlink"
    )
    assert command.script == 'r\nh\nloadfile "/b/x.bin", 0x00000000\nr\ng\nexit\n'


def test_picotool_qemu_pyocd_simulator() -> None:
    assert line("picotool", "rp2040", "E66") == "picotool load -v -x '/b/x y.elf' -t elf --ser E66"
    assert line("qemu", "mps2-an500") == (
        "qemu-system-arm -M mps2-an500 -display none -monitor none -serial none"
        " -semihosting-config enable=on,target=native -kernel '/b/x y.elf'"
    )
    assert line("pyocd", "rp2040", "7") == (
        "# pyOCD, in this process: flash /b/x y.elf to rp2040_core0 on probe 7, run"
    )
    assert line("simulator", "rp2040").startswith("# simulator")


@pytest.mark.parametrize("probe", ["1; exit", "a b", "$(x)", "-x y", "é"])
@pytest.mark.parametrize("runner", ["openocd", "st-flash", "jlink"])
def test_a_probe_is_a_word(runner: str, probe: str) -> None:
    with pytest.raises(UsageError) as caught:
        FLASHERS[runner].commands(job("nucleo-h743zi2", probe))
    assert caught.value.code == "TT6304"


def test_openocd_takes_no_braces() -> None:
    with pytest.raises(UsageError, match="braces"):
        FLASHERS["openocd"].commands(job("nucleo-h743zi2", elf="/b/{x}.elf"))


def test_every_runner_says_what_it_can() -> None:
    assert {n for n, r in FLASHERS.items() if r.can.exit_code} == {
        "pyocd", "openocd", "qemu", "simulator",
    }  # fmt: skip
    assert {n for n, r in FLASHERS.items() if not r.can.flash} == {"qemu", "simulator"}


def test_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    board = load_board("nucleo-h7a3zi-q")
    monkeypatch.setattr(shutil, "which", lambda name: "/x" if name == "st-flash" else None)
    assert choose(board).name == "st-flash"
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert choose(board, "simulator").name == "simulator"
    for name in ("picotool", "telepathy"):
        with pytest.raises(UsageError, match=name) as caught:
            choose(board, name)
        assert caught.value.code == "TT6304"


@pytest.mark.parametrize("name", ["openocd", "st-flash", "jlink", "picotool", "qemu"])
def test_a_missing_program_is_one_clear_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    runner = FLASHERS[name]
    with pytest.raises(ToolchainError, match=runner.program) as caught:
        carry_out(runner, job("nucleo-h743zi2"), lambda _: None)
    assert caught.value.code == "TT4003"
    assert runner.install in str(caught.value)


def program(code: str, can: Can) -> Flasher:
    """A runner that is a Python program."""
    arguments = (sys.executable, "-c", code)
    return Flasher("openocd", can, sys.executable, "", lambda _: (Command(arguments),))


BOTH = Can(flash=True, stream=True, exit_code=True, probe=True)
FLASH = Can(flash=True, stream=False, exit_code=False, probe=True)


def test_output_and_exit_code_come_through() -> None:
    lines: list[str] = []
    code = "import sys; print('one'); print('two', file=sys.stderr, flush=True); sys.exit(3)"
    assert carry_out(program(code, BOTH), job("rp2040"), lines.append) == 3
    assert sorted(lines) == ["one", "two"]
    assert carry_out(program("", FLASH), job("rp2040"), lines.append) is None


@pytest.mark.parametrize(
    ("text", "can", "code", "message"),
    [
        ("Error: open failed", BOTH, "TT5006", "found no board"),
        ("Error: unable to open CMSIS-DAP device", BOTH, "TT5006", "found no board"),
        ("Couldn't find any ST-Link devices", FLASH, "TT5006", "found no board"),
        ("Connecting to J-Link via USB...FAILED: x", FLASH, "TT5006", "found no board"),
        ("No accessible RP-series devices", FLASH, "TT5006", "found no board"),
        ("verification failed", FLASH, "TT5001", "verification failed"),
    ],
)
def test_failures(text: str, can: Can, code: str, message: str) -> None:
    runner = program(f"import sys; print({text!r}); sys.exit(1)", can)
    with pytest.raises(DeviceError, match=message) as caught:
        carry_out(runner, job("rp2040"), lambda _: None)
    assert caught.value.code == code


def test_a_program_that_hangs_is_stopped() -> None:
    runner = program("import time; print('on', flush=True); time.sleep(60)", BOTH)
    with pytest.raises(DeviceError, match="no end after 1 s"):
        carry_out(runner, job("rp2040"), lambda _: None, 1.0)


@pytest.fixture(scope="module")
def elf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    write_project(SPEC, folder)
    return link(folder, SPEC, load_board("mps2-an500")).check()


@pytest.mark.qemu
@pytest.mark.skipif(not shutil.which("qemu-system-arm"), reason="no QEMU")
def test_qemu_for_real(elf: Path) -> None:
    lines: list[str] = []
    board = load_board("mps2-an500")
    assert carry_out(FLASHERS["qemu"], make_job(board, elf), lines.append) == 0
    got, want = parse_outputs(SPEC, "\n".join(lines)), expected(**bench_inputs())
    assert {k: v.tobytes() for k, v in got.items()} == {k: v.tobytes() for k, v in want.items()}


def test_an_image_for_another_board_is_refused(elf: Path) -> None:
    assert len(flash_image(elf, load_board("mps2-an500"))) > 256
    with pytest.raises(DeviceError, match="not a firmware for nucleo-h743zi2"):
        flash_image(elf, load_board("nucleo-h743zi2"))


class FakeCore:
    """Registers and memory of a halted core, as pyOCD shows them."""

    def __init__(self, r0: int, r1: int, memory: bytes, instruction: int = 0xBEAB) -> None:
        self.registers = {"r0": r0, "r1": r1, "pc": 0x100}
        self.memory = memory
        self.instruction = instruction

    def read_core_register(self, register: str) -> int:
        return self.registers[register]

    def write_core_register(self, register: str, value: int) -> None:
        self.registers[register] = value

    def read_memory_block8(self, address: int, count: int) -> list[int]:
        image = self.memory.ljust(0x100, b"\0") + self.instruction.to_bytes(2, "little")
        return list(image[address : address + count].ljust(count, b"\0"))


def test_pyocd_serves_what_the_firmware_prints() -> None:
    lines: list[str] = []
    calls = Calls(lines.append)
    text = b"output " + b"a" * 90 + b"\nhalf"
    core = FakeCore(4, 0, text)
    calls.serve(core)
    assert core.registers["pc"] == 0x102
    assert lines == ["output " + "a" * 90]
    calls.serve(FakeCore(0x20, 0, (0x20026).to_bytes(4, "little") + bytes([5, 0, 0, 0])))
    assert (lines[1:], calls.exit_code) == (["half"], 5)


def test_pyocd_serves_single_characters_and_the_plain_exit() -> None:
    lines: list[str] = []
    calls = Calls(lines.append)
    for letter in b"ok":
        calls.serve(FakeCore(0x03, 0, bytes([letter])))
    unknown = FakeCore(0x99, 0, b"")
    calls.serve(unknown)
    assert unknown.registers["r0"] == 0xFFFFFFFF
    assert calls.exit_code is None
    calls.serve(FakeCore(0x18, 0x20026, b""))
    assert (lines, calls.exit_code) == (["ok"], 0)


def test_pyocd_reports_a_halt_that_is_no_call() -> None:
    with pytest.raises(DeviceError, match="0x00000100"):
        Calls(print).serve(FakeCore(4, 0, b"", instruction=0xE7FE))
