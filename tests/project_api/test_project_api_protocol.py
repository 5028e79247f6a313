# SPDX-License-Identifier: Apache-2.0
"""The server's side of the wire: good, bad and absurd requests."""

from __future__ import annotations

import ast
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hang import HANG_S
from project_api_harness import SERVER, Pipes, serving

from tvm_tiny.project_api import template_dir

ERRORS = {-32000, -32700, -32600, -32601, -32602}
METHODS = {
    "server_info_query": {"tvm_version": "0.16.0"},
    "generate_project": {
        "model_library_format_path": "/nowhere/model.tar",
        "standalone_crt_dir": "",
        "project_dir": "/nowhere/project",
        "options": {"board": "host"},
    },
    "build": {"options": {}},
    "flash": {"options": {}},
    "open_transport": {"options": {}},
    "close_transport": {},
    "read_transport": {"n": 1, "timeout_sec": 0},
    "write_transport": {"data": "00", "timeout_sec": 0},
}


def line(**changes: Any) -> bytes:
    request = {"jsonrpc": "2.0", "method": "server_info_query", "id": 7}
    request["params"] = {"tvm_version": "x"}
    return json.dumps({k: v for k, v in {**request, **changes}.items() if v != "absent"}).encode()


def test_what_a_template_says_about_itself() -> None:
    with serving() as server:
        reply = server.ask("server_info_query", {"tvm_version": "0.16.0"}, 3)
    assert reply["id"] == 3
    info = reply["result"]
    assert info["protocol_version"] == 1
    assert info["is_template"] is True
    assert info["model_library_format_path"] is None
    for option in info["project_options"]:
        assert set(option) == {
            *("name", "choices", "default", "type", "required", "optional", "help"),
        }
        assert option["type"] in ("str", "int", "bool")
        assert option["required"] or option["optional"]
        assert option["help"].endswith(".")
        if option["choices"] and option["default"] is not None:
            assert option["default"] in option["choices"]
    assert info["project_options"][0]["required"] == ["generate_project"]


@pytest.mark.parametrize(
    ("request_line", "code"),
    [
        (b"", -32700),
        (b"nonsense", -32700),
        (b'{"jsonrpc": "2.0"', -32700),
        (b"\xff\xfe{}", -32700),
        (b"[" * 100_000, -32700),
        (line(id="absent").replace(b'"x"', b"NaN"), -32700),
        (b'{"id": ' + b"9" * 5000 + b"}", -32700),
        (b"[]", -32600),
        (b"3", -32600),
        (b"null", -32600),
        (line(jsonrpc="1.0"), -32600),
        (line(jsonrpc="absent"), -32600),
        (line(id="absent"), -32600),
        (line(id=1.5), -32600),
        (line(id=True), -32600),
        (line(id=[1]), -32600),
        (line(method=7), -32600),
        (line(method="a b"), -32600),
        (line(method="a" * 1000), -32600),
        (line(params=[]), -32600),
        (line(params="absent"), -32600),
        (line(method="nothing"), -32601),
        (line(method="__init__"), -32601),
        (line(method="is_template"), -32601),
        (line(params={}), -32602),
        (line(params={"tvm_version": 3}), -32602),
        (line(params={"tvm_version": "x", "more": 1}), -32602),
        (line(method="build", params={"options": None}), -32602),
        (line(method="build", params={"options": []}), -32602),
        (line(method="read_transport", params={"n": 0, "timeout_sec": 0}), -32602),
        (line(method="read_transport", params={"n": True, "timeout_sec": 0}), -32602),
        (line(method="read_transport", params={"n": 1 << 60, "timeout_sec": 0}), -32602),
        (line(method="read_transport", params={"n": 1, "timeout_sec": -1}), -32602),
        (line(method="read_transport", params={"n": 1, "timeout_sec": "1"}), -32602),
        (line(method="read_transport", params={"n": 1, "timeout_sec": 5}).replace(b"5", b"1e999"),
         -32602),
        (line(method="write_transport", params={"data": "\x7f", "timeout_sec": 0}), -32602),
        (line(method="write_transport", params={"data": 5, "timeout_sec": 0}), -32602),
        (line(method="build", params={"options": {}}), -32000),
        (line(method="flash", params={"options": {}}), -32000),
        (line(method="open_transport", params={"options": {}}), -32000),
        (line(method="read_transport", params={"n": 1, "timeout_sec": 0}), -32000),
        (line(method="write_transport", params={"data": "00", "timeout_sec": 0}), -32000),
    ],
)  # fmt: skip
def test_bad_requests_get_the_protocols_errors(request_line: bytes, code: int) -> None:
    with serving() as server:
        server.send(request_line + b"\n")
        reply = server.reply()
        assert reply["error"]["code"] == code, reply
        assert "data" in reply["error"]
        assert "Traceback" not in json.dumps(reply)
        assert reply["id"] == (None if code in (-32700, -32600) else json.loads(request_line)["id"])
        assert server.ask("close_transport", {})["result"] is None  # and it goes on


def test_a_closed_transport_is_known_by_name() -> None:
    with serving() as server:
        reply = server.ask("read_transport", {"n": 4, "timeout_sec": 0.1})
        assert reply["error"]["message"] == "TransportClosedError"


def test_a_line_longer_than_any_request_is_skipped() -> None:
    with serving() as server:
        piece = b"x" * (1 << 20)
        for _ in range(17):
            server.send(piece)
        server.send(b"\n" + line() + b"\n")
        assert server.reply()["error"]["code"] == -32600
        assert server.reply()["id"] == 7


def random_line(rng: random.Random) -> bytes:
    """A request, whole, with something wrong, or no request at all."""
    kind = rng.randrange(6)
    if kind == 0:
        return bytes(b for b in rng.randbytes(rng.randrange(200)) if b != 10)
    method = rng.choice([*METHODS, "nothing", "", "Ä"])
    request: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "id": rng.randrange(-5, 1 << 70)}
    request["params"] = dict(METHODS.get(method, {}))
    values: list[Any] = [
        None,
        True,
        -1,
        1e308,
        "",
        "\0",
        "\ud800",
        [],
        {},
        [[]],
        {"a": 1},
        "x" * 5000,
    ]
    if kind == 1:
        request[rng.choice([*request])] = rng.choice(values)
    elif kind == 2:
        names = [*request["params"], "more"]
        request["params"][rng.choice(names)] = rng.choice(values)
    elif kind == 3:
        del request[rng.choice([*request])]
    elif kind == 4 and "options" in request["params"]:
        options = ["board", "compiler", "timeout_sec", "verbose", "compile_definitions", "unknown"]
        request["params"]["options"] = {rng.choice(options): rng.choice(values)}
    data = bytearray(json.dumps(request).encode())
    if kind == 5:
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(data))
            data[at : at + rng.randrange(3)] = rng.randbytes(rng.randrange(3)).replace(b"\n", b"")
    return bytes(data)


@pytest.mark.parametrize("seed", [1, 2])
def test_five_hundred_random_lines(seed: int) -> None:
    rng = random.Random(seed)
    codes: dict[int, int] = {}
    with serving() as server:
        for _ in range(500):
            server.send(random_line(rng) + b"\n")
            reply = server.reply()
            assert reply["jsonrpc"] == "2.0"
            assert ("error" in reply) != ("result" in reply)
            code = reply["error"]["code"] if "error" in reply else 0
            assert code in ERRORS | {0}, reply
            codes[code] = codes.get(code, 0) + 1
    assert set(codes) == ERRORS | {0}  # every kind was met


def test_end_of_file_ends_it_in_the_middle_of_a_line() -> None:
    with serving() as server:
        server.send(line()[:20])
        begin = time.monotonic()
    assert time.monotonic() - begin < HANG_S, "it ends by itself"


def test_nobody_reading_ends_it() -> None:
    pipes = Pipes(template_dir())
    os.close(pipes.read_fd)
    pipes.send(line() + b"\n")
    _, said = pipes.process.communicate(timeout=HANG_S)
    assert pipes.process.returncode == 0
    assert b"Traceback" not in said
    os.close(pipes.write_fd)


def test_it_imports_nothing_but_python_and_is_old_pythons_syntax() -> None:
    files = [template_dir() / SERVER, *(template_dir() / "microtvm_server").glob("*.py")]
    assert len(files) > 5
    for path in files:
        tree = ast.parse(path.read_text(), feature_version=(3, 8))
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in names:
                known = sys.stdlib_module_names | {"microtvm_server"}
                assert name.split(".")[0] in known, path


@pytest.mark.parametrize("python", ["python3.8", "python3.9", "python3.10"])
def test_it_runs_on_old_pythons(python: str) -> None:
    program = shutil.which(python)
    found = program and subprocess.run([program, "-V"], capture_output=True, check=False)
    if not program or not found or found.returncode:
        pytest.skip(f"{python} is not installed")
    pipes = Pipes(template_dir(), (program, "-I", "-S"))
    try:
        assert pipes.ask("server_info_query", {"tvm_version": "0.16.0"})["result"]
    finally:
        pipes.finish()


def test_the_shell_explains_itself() -> None:
    command = [sys.executable, str(template_dir() / SERVER)]
    shown = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout
    for word in ("generate", "build", "flash", "connect", "info", "board", "mps2-an500"):
        assert word in shown
    for arguments in ([], ["--read-fd", "3"], ["nothing"]):
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["build"],
        ["flash"],
        ["connect"],
        ["generate", "/nowhere/model.tar", "project"],
        ["generate", "/nowhere/model.tar", "project", "-o", "board=host"],
        ["generate", "/nowhere/model.tar", "project", "-o", "board"],
        ["--read-fd", "98", "--write-fd", "99"],
    ],
)
def test_the_shell_says_in_a_line_what_is_wrong(arguments: list[str], tmp_path: Path) -> None:
    command = [sys.executable, str(template_dir() / SERVER), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())
