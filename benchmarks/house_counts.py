# SPDX-License-Identifier: Apache-2.0
"""How much of the product knows what one place should know.

python benchmarks/house_counts.py              this tree
python benchmarks/house_counts.py --tree DIR   another version's
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.house import (  # noqa: E402
    PACKAGES,
    circles,
    import_graph,
    room_graph,
    upward,
)

OTHER_WORDS: Mapping[str, str] = {
    "passes/legalize/": "float operators of Relax, a converter each",
    "passes/receptive_field/export_rules.py": "float operators of Relax, as nets are exported",
    "tvm_tiny/training/operators.py": "operators of ONNX, a PyTorch module each",
    "tvm_tiny/testing/op_options.py": "operators of TFLite, as test models are written",
    "tvm_tiny/explore/shapes.py": "layers of the oracle's own description of nets",
    "tvm_tiny/arithmetic/float_functions.py": "functions of real numbers, that no graph has",
}
"""Tables that look like ours and are keyed by somebody else's words, and whose."""

_NAMED_OPERATORS = {
    "maximum": ("maximum", "max"),
    "reduce_max": ("reduce_max", "reducemax"),
    "batch matmul": ("matmul", "batch_matmul"),
}
"""What to count -> an operator's name in our table, in TFLite and in ONNX."""


OTHER_PROGRAMS = ("crt_project/microtvm_server/",)
"""What is delivered with projects and runs without tvm_tiny: words of its own."""


def class_names(tree: Path = ROOT) -> dict[str, list[str]]:
    """Public classes that stand in more than one module: name to the modules' files."""
    found: dict[str, list[str]] = {}
    for folder in PACKAGES:
        for path in sorted((tree / folder).rglob("*.py")):
            file = path.relative_to(tree).as_posix()
            if not file.startswith(OTHER_PROGRAMS):
                for node in ast.parse(path.read_text()).body:
                    if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                        found.setdefault(node.name, []).append(file)
    return {name: files for name, files in found.items() if len(files) > 1}


def counts(tree: Path = ROOT) -> dict[str, int]:
    """How much of the product knows what one place should know."""
    files = {
        p: p.read_text()
        for folder in PACKAGES
        for p in sorted((tree / folder).rglob("*"))
        if p.suffix in (".py", ".c", ".h", ".jinja", ".j2", ".toml")
    }
    python = {p: t for p, t in files.items() if p.suffix == ".py"}
    operators = tree / "tvm_tiny" / "operators"

    def naming(pattern: str, among: Mapping[Path, str]) -> int:
        return sum(bool(re.search(pattern, text)) for text in among.values())

    outside = {p: t for p, t in python.items() if operators not in p.parents}
    tables = {p.relative_to(tree).as_posix(): _operator_tables(t) for p, t in outside.items()}
    own = {p: n for p, n in tables.items() if not p.startswith(tuple(OTHER_WORDS))}
    return {
        "Python files": len(python),
        "modules at the root": len(list((tree / "tvm_tiny").glob("*.py"))),
        **(_arrows() if tree == ROOT else {}),
        "imports inside functions": sum(_late(text) for text in python.values()),
        "files naming int8": naming(r"\bint8\b", files),
        "Python files whose code compares or makes int8 by name": sum(
            _names_int8(text) for text in python.values()
        ),
        "files with -128 or 127": naming(r"(?<![\w.])(-128|127)(?![\w.])", files),
        "Python files naming maximum": naming(r"\bmaximum\b", python),
        "keyed tables of operators outside operators/": sum(tables.values()),
        "of these keyed by our own operators": sum(own.values()),
        **{
            f"Python files whose code names the operator {name}": sum(
                _names_operator(text, words) for text in python.values()
            )
            for name, words in _NAMED_OPERATORS.items()
        },
        "class names of two meanings": len(class_names(tree)),
        "files naming cortex-m33": naming(r"cortex[-_]m33", files),
        "signatures with core: str": sum(
            len(re.findall(r"\bcore: str\b", t)) for t in python.values()
        ),
    }


def _arrows() -> dict[str, int]:
    """What the imports of this tree say."""
    graph = import_graph()
    return {
        "module circles": len(circles(graph)),
        "circles of rooms": len(circles(room_graph(graph))),
        "imports upwards": len(upward(graph)),
    }


def _names_operator(text: str, words: tuple[str, ...]) -> bool:
    """Whether a string of the code is an operator's name, perhaps with ``relax.`` in front."""
    return any(word in text.lower() for word in words) and any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.lower().split(".")[-1] in words
        for node in ast.walk(ast.parse(text))
    )


def _names_int8(text: str) -> bool:
    """Whether code, not a comment or a sentence, has the type's name."""
    return any(
        (isinstance(node, ast.Constant) and node.value == "int8")
        or (isinstance(node, ast.Attribute) and node.attr == "int8")
        for node in ast.walk(ast.parse(text))
    )


def _late(text: str) -> int:
    tree = ast.parse(text)
    inside = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef)]
    return len(
        {
            id(node)
            for function in inside
            for node in ast.walk(function)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tvm_tiny")
        }
    )


_SOME_OPERATORS = """
    conv2d depthwise_conv2d fully_connected add multiply subtract maximum minimum softmax mean
    concat pad reshape avg_pool2d max_pool2d lut prelu transpose resize_bilinear resize_nearest
    quantize dequantize requantize split slice relu
"""


def _operator_tables(text: str) -> int:
    """Dictionaries and sets of a file with three or more keys that are operators' names."""

    def keys(node: ast.AST) -> list[str]:
        items = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
        texts = [k.value for k in items if isinstance(k, ast.Constant) and isinstance(k.value, str)]
        return [t.split(".")[-1].lower() for t in texts]

    names = frozenset(_SOME_OPERATORS.split())
    return sum(
        isinstance(node, ast.Dict | ast.Set) and len(names.intersection(keys(node))) >= 3
        for node in ast.walk(ast.parse(text))
    )


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, default=ROOT)
    for name, count in counts(parser.parse_args().tree.resolve()).items():
        print(f"{count:5} {name}")


if __name__ == "__main__":
    main()
