# SPDX-License-Identifier: Apache-2.0
"""Limits of a type come from the type, and what a core is from its file, not from its name."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from paths import ROOT

from benchmarks import house_counts
from tvm_tiny.checking import DEFAULT_TARGET
from tvm_tiny.targets import own_cores

SOURCES = {
    str(path.relative_to(ROOT)): path.read_text()
    for folder in ("tvm_tiny", "passes", "schedules", "crt_project")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if not path.is_relative_to(ROOT / "tvm_tiny" / "testing")
}
"""Product Python; what makes models for tests chooses scales and zero points as it likes."""

NO_LIMITS = {
    "passes/backward/tape.py": 1,  # a first exponent's least
    "tvm_tiny/device/framing.py": 1,  # ASCII ends there
    "tvm_tiny/frontends/onnx/wire.py": 1,  # seven bits of a varint
}
"""File -> how often 127 or -128 stands in its code and is no limit of int8, and what it is."""

CORES_BY_NAME = {
    "tvm_tiny/checking.py": 1,  # the default target itself
    "schedules/dsp/generator/write.py": 2,  # the cores whose timing shipped assembly is made for
}
"""File -> how often its code names a core, beside the default of an argument or field."""


def limits_of_int8(text: str) -> int:
    """How often 127, -127 or -128 stands in code; 128 alone is a count of something."""
    if "127" not in text and "128" not in text:
        return 0
    tree = ast.parse(text)
    minus = [n for n in ast.walk(tree) if isinstance(n, ast.UnaryOp)]
    low = sum(isinstance(n.op, ast.USub) and _value(n.operand) == 128 for n in minus)
    return low + sum(_value(node) == 127 for node in ast.walk(tree))


def _value(node: ast.AST) -> object:
    is_number = isinstance(node, ast.Constant) and type(node.value) in (int, float)
    return node.value if is_number and isinstance(node, ast.Constant) else None


def _defaults(tree: ast.AST) -> Iterator[ast.AST]:
    """What arguments and annotated fields are if nobody says."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arguments):
            yield from (d for d in (*node.defaults, *node.kw_defaults) if d is not None)
        elif isinstance(node, ast.ClassDef):
            yield from (a.value for a in node.body if isinstance(a, ast.AnnAssign) and a.value)


def cores_named(text: str, cores: Sequence[str]) -> int:
    """Strings that are a core's name; the default core as a default does not count."""
    if not any(core in text for core in cores):
        return 0
    tree = ast.parse(text)
    default = {id(n) for n in _defaults(tree) if getattr(n, "value", None) == DEFAULT_TARGET}
    return sum(
        isinstance(n, ast.Constant) and n.value in cores and id(n) not in default
        for n in ast.walk(tree)
    )


def test_no_limit_of_int8_is_written_out() -> None:
    found = Counter({name: limits_of_int8(text) for name, text in SOURCES.items()})
    assert +found == Counter(NO_LIMITS), "take it from the element type (Q8.low, Q8.high)"


def test_no_code_asks_for_a_core_by_name() -> None:
    names = [core.name for core in own_cores()]
    found = Counter({name: cores_named(text, names) for name, text in SOURCES.items()})
    assert +found == Counter(CORES_BY_NAME), "ask the core (dsp, fpu, timing), or add a field to it"


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("np.clip(x, -128, 127)", 2),
        ("x = max(-127.0, y)", 1),
        ("y = -(128)", 1),
        ("x - 128", 0),
        ("'''to 127'''  # -128", 0),
        ("blocks = 128", 0),
    ],
)
def test_a_loose_limit_is_seen(code: str, count: int) -> None:
    assert limits_of_int8(code) == count


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("fast = core.name == 'cortex-m33'", 1),
        ("TABLE = {'cortex-m33': 1, 'cortex-m7': 2}", 2),
        ("def f(core='cortex-m7', other='cortex-m33'): ...", 1),
        ("class A:\n    core: str = 'cortex-m7'", 0),
        ("core.dsp  # as on the 'cortex-m33'", 0),
    ],
)
def test_a_core_by_name_is_seen(code: str, count: int) -> None:
    assert cores_named(code, ["cortex-m33", "cortex-m7"]) == count


SAME_MEANING = {"Record": "what a front end knows of a foreign operator, in every front end"}
"""Names that may stand in several modules, and the one meaning that they have there."""


def test_a_class_name_has_one_meaning() -> None:
    found = house_counts.class_names()
    assert set(found) == set(SAME_MEANING), "say which one: a row's Window, an image's Window"


def test_a_class_name_of_two_meanings_is_seen(tmp_path: Path) -> None:
    for folder in ("tvm_tiny", "passes", "schedules", "crt_project"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tvm_tiny" / "a.py").write_text("class Window: ...\nclass _Own: ...\n")
    (tmp_path / "passes" / "b.py").write_text("class Window: ...\nclass _Own: ...\n")
    assert house_counts.class_names(tmp_path) == {"Window": ["tvm_tiny/a.py", "passes/b.py"]}


def test_models_outside_the_repository_are_asked_for_in_one_place() -> None:
    """``paths.shared`` skips the test where they are not; nobody else knows the folder."""
    own = Path(__file__)
    knowing = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        if path != own
        and re.search(r"""parent / ["']shared|\.\./shared|_SHARED""", path.read_text())
    ]
    assert knowing == ["tests/helpers/paths.py"]


def _names_operator(node: ast.AST) -> bool:
    """``x.op`` beside a comparison, as a key or with a method of text."""
    ops = (
        [node.left, *node.comparators]
        if isinstance(node, ast.Compare)
        else [node.slice]
        if isinstance(node, ast.Subscript)
        else [node.func.value, *node.args]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        else []
    )
    return any(isinstance(n, ast.Attribute) and n.attr == "op" for n in ops)


def operators_by_name(text: str) -> int:
    """How often code decides by an operator's name."""
    return sum(_names_operator(node) for node in ast.walk(ast.parse(text)))


def test_no_schedule_rule_asks_for_an_operator_by_name() -> None:
    rules = {n: operators_by_name(t) for n, t in SOURCES.items() if n.startswith("schedules/")}
    assert len(rules) > 30
    assert +Counter(rules) == Counter(), "ask its form: lookup(node.op).form"


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("node.op == 'conv2d'", 1),
        ("if node.op not in NAMES: ...", 1),
        ("MAKERS[node.op]; MAKERS.get(node.op)", 2),
        ("node.op.endswith('conv2d')", 1),
        ("lookup(node.op).form", 0),
        ("f'{node.op}: {node.name}'", 0),
    ],
)
def test_an_operator_by_name_is_seen(code: str, count: int) -> None:
    assert operators_by_name(code) == count


COMPARED = {
    "crt_project/device_values.py": 1,  # runs without tvm_tiny, in a project
}
"""File -> how often its code compares with int8 by name."""


def int8_compared(text: str) -> int:
    """Comparisons with ``"int8"`` or ``np.int8``; sets of types that a kernel takes are none."""
    if "int8" not in text:
        return 0
    compared = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Compare)]
    sides = [[c.left, *c.comparators] for c in compared]
    return sum(any(ast.unparse(s) in ("'int8'", "np.int8") for s in side) for side in sides)


def test_nobody_compares_with_int8_by_name() -> None:
    found = Counter({name: int8_compared(text) for name, text in SOURCES.items()})
    assert +found == Counter(COMPARED), "ask the element type (Q8), or what is meant: its limits"


def test_a_comparison_with_int8_is_seen() -> None:
    assert int8_compared("x.dtype == 'int8'; y.dtype is np.int8; 'int8' != z") == 3
    assert int8_compared("x.dtype == Q8.name; y in ('int8', 'int16'); {'int8': 1}") == 0


FOREIGN_TYPES = {
    "tvm_tiny/frontends/onnx/type_numbers.py": 2,
    "tvm_tiny/frontends/tflite/type_numbers.py": 1,
}
"""File -> tables of a format's numbers of element types."""


def type_tables(text: str) -> int:
    """Dictionaries from numbers to names of types, or the other way round."""
    names = {"float32", "float16", "float64", "int8", "uint8", "int16", "int32", "int64"}
    found = 0
    for node in ast.walk(ast.parse(text)) if "int" in text else ():
        if isinstance(node, ast.Dict) and len(node.keys) > 2:
            sides = [{getattr(n, "value", None) for n in s} for s in (node.keys, node.values)]
            typed = [len(side & names) > 1 for side in sides]
            numbers = [all(type(v) is int for v in side) for side in sides]
            found += (typed[0] and numbers[1]) or (typed[1] and numbers[0])
    return found


def test_numbers_of_foreign_types_stand_once_a_format() -> None:
    found = Counter({name: type_tables(text) for name, text in SOURCES.items()})
    assert +found == Counter(FOREIGN_TYPES)
