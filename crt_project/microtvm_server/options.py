# SPDX-License-Identifier: Apache-2.0
"""Project options: what can be set, for which methods, and what a client's values mean."""

from __future__ import annotations

import typing

from .boards import CHIPS, EMULATED
from .flashing import PROGRAMS
from .rpc import ServerError

BOARDS = (*EMULATED, *sorted(CHIPS))
_ALL = ("generate_project", "build", "flash", "open_transport")
_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")
Value = typing.Union[None, bool, int, str, typing.List[str]]


class Option(typing.NamedTuple):
    """An option as ``server_info_query`` announces it; see ``announce``."""

    name: str
    type: str
    default: Value
    help: str
    choices: typing.Sequence[Value] | None = None
    required: typing.Sequence[str] | None = None
    optional: typing.Sequence[str] | None = None


OPTIONS = (
    Option(
        "board",
        "str",
        None,
        "Machine to build for and to run on: QEMU's mps2-an500, this computer, or a board.",
        choices=BOARDS,
        required=("generate_project",),
        optional=("build", "flash", "open_transport"),
    ),
    Option(
        "compiler",
        "str",
        "auto",
        "C compiler: arm-none-eabi-gcc (for host: cc), or zig (pip install ziglang).",
        choices=("auto", "gcc", "zig"),
        optional=_ALL,
    ),
    Option(
        "optimisation",
        "str",
        "-O2",
        "Optimisation of the C compiler.",
        choices=("-O0", "-O1", "-O2", "-O3", "-Os"),
        optional=("generate_project", "build"),
    ),
    Option(
        "warning_as_error",
        "bool",
        True,
        "Treat warnings as errors.",
        choices=(True, False),
        optional=("generate_project", "build"),
    ),
    Option(
        "compile_definitions",
        "str",
        "",
        "Definitions for the C compiler, apart by spaces: NAME=VALUE (or -DNAME=VALUE).",
        optional=("generate_project", "build"),
    ),
    Option(
        "timeout_sec",
        "int",
        600,
        "The C compiler is stopped when a file takes longer, and so is the program that flashes.",
        optional=("generate_project", "build", "flash"),
    ),
    Option(
        "runner",
        "str",
        "auto",
        "Program to flash a board with; auto: the first of the board's that is installed.",
        choices=("auto", *PROGRAMS),
        optional=("generate_project", "flash"),
    ),
    Option(
        "probe",
        "str",
        "",
        "Serial number of the debug probe, where there are several.",
        optional=("generate_project", "flash"),
    ),
    Option(
        "port",
        "str",
        "",
        "Serial port of a board, like /dev/ttyACM0; by default the one on the board's USB plug.",
        optional=("generate_project", "open_transport"),
    ),
    Option(
        "transport",
        "str",
        "socket",
        "How the server is connected with QEMU's serial port.",
        choices=("socket", "stdio", "pty"),
        optional=("open_transport",),
    ),
    Option(
        "qemu",
        "str",
        "qemu-system-arm",
        "QEMU for mps2-an500.",
        optional=("flash", "open_transport"),
    ),
    Option(
        "trust_archive",
        "bool",
        False,
        "Take an archive that tvm_tiny did not export on this computer: its C will be compiled and"
        " run as its author wants.",
        choices=(True, False),
        optional=("generate_project",),
    ),
    Option(
        "verbose",
        "bool",
        False,
        "Show commands on stderr.",
        choices=(True, False),
        optional=_ALL,
    ),
)


def announce(defaults: typing.Mapping[str, Value]) -> list[dict[str, typing.Any]]:
    """The options as the protocol wants them; ``defaults`` are those of a generated project."""
    out: list[dict[str, typing.Any]] = []
    for option in OPTIONS:
        entry = dict(option._asdict(), default=defaults.get(option.name, option.default))
        out.append({k: list(v) if isinstance(v, tuple) else v for k, v in entry.items()})
    return out


def check(
    given: typing.Mapping[str, typing.Any],
    method: str,
    defaults: typing.Mapping[str, Value],
) -> dict[str, typing.Any]:
    """Complete and check what a client sent: clients leave that to the server.

    Missing options and null take their defaults. Command-line clients send text: numbers and
    truth values are taken from it.

    Raises:
        ServerError: with every option that is wrong.
    """
    known = {option.name for option in OPTIONS}
    wrong = ["unknown option " + repr(name[:80]) for name in sorted(set(given) - known)]
    out: dict[str, typing.Any] = {}
    for option in OPTIONS:
        value = given.get(option.name)
        if value is None:
            value = defaults.get(option.name, option.default)
        value = _convert(option, value)
        out[option.name] = value
        if value is None:
            if method in (option.required or ()):
                wrong.append(f"{option.name} is required")
        elif isinstance(value, _Wrong):
            wrong.append(f"{option.name}: not {value.wanted}")
        elif option.choices is not None and value not in option.choices:
            choices = ", ".join(map(str, option.choices))
            wrong.append(f"{option.name}: {value!r:.80} is none of {choices}")
    if wrong:
        raise ServerError("wrong project options: " + "; ".join(wrong[:20]))
    return out


class _Wrong(typing.NamedTuple):
    wanted: str


def _convert(option: Option, value: typing.Any) -> typing.Any:
    if value is None:
        return None
    if option.type == "bool":
        text = str(value).lower()
        if isinstance(value, (bool, str, int)) and text in _TRUE + _FALSE:
            return text in _TRUE
        return _Wrong("true or false")
    if option.type == "int":
        if isinstance(value, str) and value.isdigit() and len(value) < 10:
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 31:
            return value
        return _Wrong("a number above 0")
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        value = " ".join(value)
    good = isinstance(value, str) and len(value) < 10000 and value.isprintable()
    return value if good else _Wrong("printable text")
