# SPDX-License-Identifier: Apache-2.0
"""Boards: their data, placement, the linked firmware, and its start-up code when it runs."""

from __future__ import annotations

import importlib.util
import shutil
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import msgspec
import pytest
import unicorn.arm_const as arm
import unicorn.unicorn_const as uc_const
from hang import HANG_S
from tiny_project import SPEC, bench_inputs, expected
from unicorn.unicorn import Uc

from tvm_tiny.boards import Board, boards, load_board
from tvm_tiny.boards.data import FOLDER
from tvm_tiny.boards.firmware import Linked, link
from tvm_tiny.boards.flashers import FLASHERS
from tvm_tiny.boards.hot import hot_functions
from tvm_tiny.boards.placing import HotConstant, HotFunction, Needs, has_room, hot_sections, place
from tvm_tiny.boards.regions import joined, parts_of
from tvm_tiny.boards.rendering import boot2_words, crc32_mpeg
from tvm_tiny.boards.running import carry_out, make_job
from tvm_tiny.crt_project import write_project
from tvm_tiny.errors import DoesNotFitError, UsageError
from tvm_tiny.project_spec import ProjectSpec
from tvm_tiny.report.model import Report
from tvm_tiny.run.qemu import parse_outputs
from tvm_tiny.toolchain.build import find_compiler

NAMES = [board.name for board in boards()]
HAS = {
    "zig": importlib.util.find_spec("ziglang") is not None,
    "gcc": shutil.which("arm-none-eabi-gcc") is not None,
}
KINDS = [
    pytest.param(k, marks=pytest.mark.skipif(not HAS[k], reason=f"no {k}")) for k in ("zig", "gcc")
]
GOOD = (FOLDER / "nucleo-f767zi.toml").read_text()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    write_project(SPEC, folder)
    return folder


def linked(project: Path, board: Board, kind: str = "auto", **changes: int) -> Linked:
    spec: ProjectSpec = replace(SPEC, core=board.core, **changes)
    return link(project, spec, board, compiler=find_compiler(kind))


def test_the_boards_of_the_issue_are_there() -> None:
    assert {
        "mps2-an500", "stm32f746g-disco", "nucleo-f767zi", "nucleo-h743zi2", "nucleo-h7a3zi-q",
        "nucleo-l4r5zi", "nucleo-f446re", "nrf52840-dk", "nrf5340-dk", "rp2040", "mimxrt1060-evk",
    } <= set(NAMES)  # fmt: skip


def test_unknown_board_offers_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean nucleo-h743zi2") as caught:
        load_board("nucleo-h743zi")
    assert caught.value.code == "TT6301"


def test_a_users_own_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD)
    assert load_board(str(path)) == replace_name(load_board("nucleo-f767zi"), "mine")


def replace_name(board: Board, name: str) -> Board:
    values = {field: getattr(board, field) for field in board.__struct_fields__}
    return Board(**{**values, "name": name})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("length_bytes = 0x20_0000", "length_bytes = 0x2000_0000_0000", "<= 1073741824"),
        ("origin = 0x2002_0000", "origin = 0x2001_0000", "DTCM and SRAM overlap"),
        ("origin = 0x2002_0000", "origin = 0xFFFF_FF00", "beyond 4 GiB"),
        ("origin = 0x2002_0000", "origin = -256", ">= 0"),
        ('name = "DTCM"', 'name = "SRAM"', "only once"),
        ('name = "DTCM"', 'name = "X ; }"', "capital letters"),
        ('kind = "dtcm"', 'kind = "magic"', "magic"),
        ('core = "cortex-m7"', 'core = "cortex-m9"', "unknown core"),
        ('title = "ST NUCLEO-F767ZI"', 'title = "*/ int x;"', "comment signs"),
        ("interrupts = 110", "interrupts = 9999999", "<= 480"),
        ('pyocd_target = "stm32f767zi"', "", "runner pyocd is listed without"),
        ("[clock]", "[clocks]", "clock"),
        ('usb = ["0483:374b"]', 'usb = ["ST-LINK"]', "regex"),
        ("interrupts", "interrupts = [", "Invalid|Expected|TOML|invalid"),
        ('kind = "flash"', 'kind = "sram"', "kind flash: 1 to 1"),
    ],
)
def test_wrong_files_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    path = tmp_path / "wrong.toml"
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(UsageError, match=message) as caught:
        load_board(str(path))
    assert caught.value.code == "TT6302"


def test_missing_and_huge_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "huge.toml").write_text("#" * 100_000)
    for name in ("none.toml", "huge.toml", "."):
        with pytest.raises(UsageError):
            load_board(str(tmp_path / name))


def test_the_arena_goes_to_the_fastest_memory_with_room() -> None:
    board = load_board("nucleo-h743zi2")
    for arena_bytes, home in ((100_000, "DTCM"), (131_073, "AXISRAM"), (9_000_000, "AXISRAM")):
        placement = place(board, Needs("m", arena_bytes, 1000, 2048))
        assert placement.arena.name == home
        assert placement.stack.name == "DTCM"


@pytest.mark.parametrize(
    ("arena_bytes", "io_bytes", "home", "copied"),
    [
        (4000, 1000, "DTCM", "abc"),
        (40_000, 1000, "SRAM", "abc"),  # DTCM has room for one only
        (250_000, 1000, "DTCM", "abc"),
        (250_000, 30_000, "DTCM", "a"),  # SRAM has room for none
    ],
)
def test_constants_go_to_the_fastest_memory_with_room_for_all(
    arena_bytes: int, io_bytes: int, home: str, copied: str
) -> None:
    """DTCM of 64 KiB, SRAM of 256 KiB."""
    board = load_board("stm32f746g-disco")
    constants = tuple(HotConstant(name, 16_000) for name in "abc")
    placement = place(board, Needs("m", arena_bytes, io_bytes, 2048, constants=constants))
    assert placement.constants is not None
    assert (placement.constants.name, "".join(placement.copied)) == (home, copied)


def test_the_hottest_code_by_the_byte_goes_to_the_itcm() -> None:
    region = load_board("nucleo-f767zi").code_ram
    functions = (HotFunction("cold", 4000, 10), HotFunction("hot", 8000, 9000))
    needs = Needs("m", 0, 0, 0, (*functions, HotFunction("warm", 4000, 4000)))
    assert hot_sections(needs, region) == ("*(.text.hot .text.hot.*)",)
    assert hot_sections(replace(needs, functions=functions[:1]), region) == (
        "*m_kernels.*(.text .text.*)",
    )
    assert hot_sections(needs, None) == ()


@pytest.mark.parametrize(
    ("arena_bytes", "home"), [(0x2F000, "SRAM"), (0x31000, "SRAM3"), (0x61000, "")]
)
def test_code_takes_its_part_of_a_ram_only_if_all_else_has_room(
    arena_bytes: int, home: str
) -> None:
    """SRAM of 640 KiB; without the part that the code bus sees: 192 and 384 KiB."""
    board = load_board("nucleo-l4r5zi")
    parts, needs = board.divided, Needs("m", arena_bytes, 1000, 2048)
    assert parts is not None
    assert has_room(board, needs)
    assert has_room(parts, needs) == bool(home)
    if home:
        assert place(parts, needs).arena.name == home
    assert sum(r.length_bytes for r in parts.regions) == sum(r.length_bytes for r in board.regions)


@pytest.mark.parametrize("kind", KINDS)
def test_an_arena_as_large_as_the_ram_keeps_code_in_flash(project: Path, kind: str) -> None:
    board = load_board("nucleo-l4r5zi")
    report = SimpleNamespace(
        memory=SimpleNamespace(stack_bytes=0),
        board=None,
        layers=[SimpleNamespace(kernel="tiny_k_scale", cycles_modelled=9, macs=9)],
    )
    for arena_bytes, split in ((4096, True), (0x90000, False)):
        spec = replace(SPEC, core=board.core, arena_bytes=arena_bytes)
        found = link(project, spec, board, cast(Report, report), find_compiler(kind))
        assert (found.board.code_ram is not None) == bool(found.placement.hot) == split
        job = make_job(board, found.check())
        assert carry_out(FLASHERS["simulator"], job, lambda _: None, 60.0) == 0


def _with_arena(folder: Path, board: Board, kind: str, arena_bytes: int) -> Linked:
    spec: ProjectSpec = replace(SPEC, core=board.core, arena_bytes=arena_bytes)
    write_project(spec, folder)
    header = folder / "include" / "tiny.h"
    header.write_text(header.read_text().replace("ARENA_BYTES 40u", f"ARENA_BYTES {arena_bytes}u"))
    return link(folder, spec, board, compiler=find_compiler(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_an_arena_that_no_memory_holds_lies_over_two(tmp_path: Path, kind: str) -> None:
    """DTCM of 64 KiB with SRAM of 256 KiB right behind it; the bench fills and reads all of it."""
    board = load_board("stm32f746g-disco")
    sizes = (300_000, 0x5_0000, 100_000)
    found, larger, small = (_with_arena(tmp_path / str(n), board, kind, n) for n in sizes)
    assert found.placement.arena.name == "DTCM_SRAM"
    assert found.board == board
    uses = {use.region.name: use.needed_bytes for use in found.uses}
    assert uses["DTCM"] == 0x1_0000
    assert 300_000 < uses["DTCM"] + uses["SRAM"] <= 0x5_0000
    job = make_job(board, found.check())
    assert carry_out(FLASHERS["simulator"], job, lambda _: None, 60.0) == 0
    assert [use.region.name for use in larger.uses if use.missing_bytes] == ["SRAM"]
    assert (small.placement.stack.name, small.placement.arena.name) == ("DTCM", "SRAM")


def test_memories_that_lie_end_to_end_join() -> None:
    """The fastest stays first, parts keep their place; with a gap between them none does."""
    board = load_board("nucleo-f767zi")
    whole = board.joined
    assert whole is not None
    assert [r.name for r in whole.rams] == ["DTCM_SRAM"]
    (ram,) = whole.rams
    assert ram.length_bytes == sum(r.length_bytes for r in board.rams)
    assert parts_of(ram, board.regions) == board.rams
    assert load_board("nucleo-h743zi2").joined is None
    three = tuple(
        msgspec.structs.replace(
            board.rams[0], name=name, origin=0x2000_0000 + at, length_bytes=0x1000
        )
        for name, at in (("LAST", 0x2000), ("FIRST", 0), ("NEXT", 0x1000), ("APART", 0x4000))
    )
    found = joined(three)
    assert found is not None
    assert [(r.name, r.length_bytes) for r in found] == [
        ("FIRST_NEXT_LAST", 0x3000),
        ("APART", 0x1000),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("at = 0x2003_0000", "at = 0x2009_8000", "not within region SRAM"),
        (', behind = "SRAM3"', "", "'behind' names"),
        ('behind = "SRAM3"', 'behind = "SRAM"', "only once"),
        ("origin = 0x1000_0000", "origin = 0x0801_0000", "overlap"),
        ("length_bytes = 0x1_0000", "length_bytes = 0x1_0004", "length % 8"),
    ],
)
def test_wrong_code_windows_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    good = (FOLDER / "nucleo-l4r5zi.toml").read_text()
    assert good.count(old) == 1
    path = tmp_path / "wrong.toml"
    path.write_text(good.replace(old, new))
    with pytest.raises(UsageError, match=message):
        load_board(str(path))


CALLS = """
static int leaf(int x) { return x * 7; }
static int pointed(int x) { return x + 9; }
static int idle(int x) { return x - 3; }
__attribute__((noinline)) static int middle(int x) { return leaf(x) + leaf(x + 1); }
int (*volatile chosen)(int);
int kernel_a(int x);
int kernel_b(int x);
int kernel_a(int x) { return middle(x) + 1; }
int kernel_b(int x) { chosen = x ? pointed : idle; return chosen(x) + leaf(x) + 2; }
void reset(void);
void reset(void) { chosen = 0; chosen(kernel_a(1) + kernel_b(2)); }
"""


@pytest.mark.parametrize("kind", KINDS)
def test_cycles_go_to_what_kernels_call(tmp_path: Path, kind: str) -> None:
    """By name, by a jump at the end, and through a pointer."""
    (tmp_path / "m_kernels.c").write_text(CALLS)
    core = load_board("nucleo-f767zi").target
    compiler = find_compiler(kind)
    flags = core.zig_flags if kind == "zig" else core.gcc_flags
    command = [*compiler.command, *flags, "-O1", "-fno-inline", "-ffreestanding", "-nostdlib"]
    command += ["-Wl,-e,reset", "m_kernels.c", "-o", "a.elf"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=HANG_S)
    cycles = {"kernel_a": 100, "kernel_b": 1000}
    found = hot_functions(tmp_path / "a.elf", "m_kernels.c", cycles)
    assert {f.symbol: f.cycles for f in found} == {
        "leaf": 1100, "middle": 100, "pointed": 1000, "idle": 1000, **cycles,
    }  # fmt: skip
    assert all(4 <= f.size_bytes < 100 for f in found)


@pytest.mark.parametrize("name", NAMES)
def test_firmware_starts_and_computes_on_the_simulated_board(project: Path, name: str) -> None:
    """From the flash alone, with rubbish in all RAM: vectors, registers, copies, caches."""
    board = load_board(name)
    lines: list[str] = []
    elf = linked(project, board).check()
    assert carry_out(FLASHERS["simulator"], make_job(board, elf), lines.append, 60.0) == 0
    got, want = parse_outputs(SPEC, "\n".join(lines)), expected(**bench_inputs())
    assert {k: v.tobytes() for k, v in got.items()} == {k: v.tobytes() for k, v in want.items()}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_both_tool_chains_link_and_their_code_runs(project: Path, name: str, kind: str) -> None:
    board = load_board(name)
    elf = linked(project, board, kind).check()
    assert carry_out(FLASHERS["simulator"], make_job(board, elf), lambda _: None, 60.0) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_fit_is_named(project: Path, tmp_path: Path, kind: str) -> None:
    spec = replace(SPEC, core="cortex-m4", arena_bytes=200_000)
    header = SPEC.files["include/tiny.h"].replace("ARENA_BYTES 40u", "ARENA_BYTES 200000u")
    spec = replace(spec, files={**SPEC.files, "include/tiny.h": header})
    write_project(spec, tmp_path)
    result = link(tmp_path, spec, load_board("nucleo-f446re"), compiler=find_compiler(kind))
    (missing,) = [use for use in result.uses if use.missing_bytes]
    assert missing.region.name == "SRAM"
    assert 200_000 < missing.needed_bytes < 205_000
    assert missing.missing_bytes == missing.needed_bytes - 131_072
    with pytest.raises(DoesNotFitError, match="region SRAM") as caught:
        result.check()
    assert (caught.value.code, caught.value.exit_code) == ("TT2102", 4)


def test_a_project_for_another_core_is_refused(project: Path) -> None:
    with pytest.raises(UsageError, match="has a cortex-m0plus") as caught:
        link(project, SPEC, load_board("rp2040"))
    assert caught.value.code == "TT6303"


def test_the_crc_is_the_boot_roms() -> None:
    assert crc32_mpeg(b"123456789") == 0x0376E6E7  # the catalogue's check value
    words = [word for word, _ in boot2_words()]
    assert len(words) == 64
    assert words[63] == crc32_mpeg(struct.pack("<63I", *words[:63]))


def test_the_rp2040s_second_stage_sets_the_serial_interface() -> None:
    """Run it, and see what it writes where: RP2040 Datasheet, SSI and its registers."""
    engine = Uc(uc_const.UC_ARCH_ARM, uc_const.UC_MODE_THUMB)
    engine.ctl_set_cpu_model(arm.UC_CPU_ARM_CORTEX_M0)
    for page in (0x10000000, 0x18000000, 0x20041000, 0xE000E000):
        engine.mem_map(page, 4096)
    engine.mem_write(0x20041F00, struct.pack("<64I", *(word for word, _ in boot2_words())))
    engine.mem_write(0x10000100, struct.pack("<2I", 0x20001000, 0x10000201))
    seen: list[tuple[int, int]] = []
    engine.hook_add(
        uc_const.UC_HOOK_MEM_WRITE,
        lambda uc, access, address, size, value, data: seen.append((address, value)),
    )
    engine.emu_start(0x20041F01, 0x10000200, count=100)
    assert engine.reg_read(arm.UC_ARM_REG_PC) == 0x10000200
    assert engine.reg_read(arm.UC_ARM_REG_SP) == 0x20001000
    assert seen == [
        (0x18000008, 0), (0x18000014, 4), (0x18000000, 0x001F0300), (0x18000004, 0),
        (0x180000F4, 0x03000218), (0x18000008, 1), (0xE000ED08, 0x10000100),
    ]  # fmt: skip


def test_the_boot_header_of_the_rt1060(project: Path) -> None:
    board = load_board("mimxrt1060-evk")
    image = make_job(board, linked(project, board).check()).image.read_bytes()
    word = struct.Struct("<I")
    at = {name: word.unpack_from(image, offset)[0] for name, offset in (
        ("tag", 0x000), ("device", 0x44), ("size", 0x50), ("lut", 0x80), ("page", 0x1C0),
        ("ivt", 0x1000), ("entry", 0x1004), ("data", 0x1010), ("self", 0x1014), ("base", 0x1020),
    )}  # fmt: skip
    assert image[:4] == b"FCFB"
    assert at["device"] == 0x00010101
    assert at["size"] == 0x800000
    assert at["lut"] == 0x08180403
    assert at["page"] == 256
    assert at["ivt"] == 0x402000D1
    assert (at["entry"], at["data"]) == (0x60002000, 0x60001020)
    assert (at["self"], at["base"]) == (0x60001000, 0x60000000)


@pytest.mark.skipif(not shutil.which("make"), reason="no make")
@pytest.mark.parametrize("kind", KINDS)
def test_make_firmware(project: Path, kind: str) -> None:
    board = load_board("nucleo-f767zi")
    for name, text in linked(project, board).files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    tools = (f"TOOLCHAIN={kind}", f"PYTHON={sys.executable}")
    subprocess.run(("make", "firmware", *tools), cwd=project, check=True, capture_output=True)
    job = make_job(board, project / f"build/firmware-{board.name}.elf")
    assert carry_out(FLASHERS["simulator"], job, lambda _: None, 60.0) == 0
    done = subprocess.run(
        ("make", "firmware", "BOARD=none", *tools), cwd=project, capture_output=True, check=False
    )
    assert done.returncode != 0
    assert b"BOARD is one of: nucleo-f767zi" in done.stderr


def test_the_boards_that_people_have_are_there() -> None:
    assert len(NAMES) >= 25
    assert {
        "nucleo-g474re", "nucleo-l476rg", "nucleo-u575zi-q", "nucleo-h563zi", "nucleo-wb55rg",
        "arduino-nano-33-ble", "arduino-portenta-h7", "rp2350", "microbit-v2", "teensy41",
        "same54-xpro",
    } <= set(NAMES)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "core"),
    [("esp32", "Xtensa"), ("ESP32-C3", "RISC-V"), ("Arduino Uno", "AVR"), ("esp8266", "Xtensa")],
)
def test_what_is_no_cortex_m_is_said_to_be_none(name: str, core: str) -> None:
    with pytest.raises(UsageError, match="no board with a Cortex-M") as caught:
        load_board(name)
    assert caught.value.code == "TT6306"
    assert core in caught.value.problems[0].what


def test_the_rp2350s_block_is_in_the_first_4_kib(project: Path) -> None:
    board = load_board("rp2350")
    image = make_job(board, linked(project, board).check()).image.read_bytes()
    at = image.index(struct.pack("<5I", 0xFFFFDED3, 0x10210142, 0x1FF, 0, 0xAB123579))
    assert 0 < at < 4096
    assert at % 4 == 0
    stack, entry = struct.unpack_from("<2I", image)
    assert 0x20000000 < stack <= 0x20082000
    assert 0x10000000 < entry < 0x10400000
