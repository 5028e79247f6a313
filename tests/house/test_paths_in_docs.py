# SPDX-License-Identifier: Apache-2.0
"""Files and names that the pages about the house give are there."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from paths import ROOT

PAGES = ["docs/architecture.md", "docs/extending.md", "docs/design.md", "CONTRIBUTING.md"]
NAMED = ["docs/architecture.md", "docs/extending.md"]
HOME = {"out/": "what the commands write", "path/NAME.toml": "of the user's own"}
FOLDERS = ("tvm_tiny", "passes", "schedules", "crt_project", "tests", "benchmarks", "examples",
           "docs", ".ci")  # fmt: skip


@functools.cache
def tree() -> tuple[str, ...]:
    """Every file and folder of the repository, ``/`` in front."""
    inside = [
        path
        for folder in FOLDERS
        for path in [ROOT / folder, *(ROOT / folder).rglob("*")]
        if "__pycache__" not in path.parts
    ]
    return tuple(f"/{p.relative_to(ROOT).as_posix()}" for p in [*inside, *ROOT.glob("*.*")])


@functools.cache
def words() -> frozenset[str]:
    """All words of sources, of tests and benchmarks too."""
    found: set[str] = set()
    for name in tree():
        if name.endswith((".py", ".toml", ".h", ".c", ".j2")):
            found |= set(re.findall(r"\w+", (ROOT / name[1:]).read_text()))
    return frozenset(found)


def spans(text: str) -> list[str]:
    """What stands in back quotes, without blocks of code."""
    return sorted(set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))))


def paths(text: str) -> Iterator[str]:
    """Words with a slash or the ending of a source; ``{a,b}`` are two, NAME and CORE any."""
    for word in " ".join(spans(text)).split():
        if not re.fullmatch(r"[\w.*{},-]+(/[\w.*{},-]*)*", word) or word in HOME:
            continue
        if "/" in word or re.search(r"\.(py|toml|j2|json|md|[ch])$", word):
            braces = re.fullmatch(r"(.*)\{(.*)\}(.*)", word)
            for one in braces[2].split(",") if braces else [""]:
                yield (f"{braces[1]}{one}{braces[3]}" if braces else word).rstrip("/")


def missing(text: str) -> list[str]:
    """Paths of a page that no file or folder has, from wherever in the repository."""
    patterns = {path: re.sub("NAME|CORE", "*", path) for path in paths(text)}
    return [
        path
        for path, pattern in patterns.items()
        if not any(fnmatchcase(name, f"*/{pattern}") for name in tree())
    ]


@pytest.mark.parametrize("page", PAGES)
def test_files_that_a_page_names_exist(page: str) -> None:
    text = (ROOT / page).read_text()
    assert len(list(paths(text))) > 5
    assert missing(text) == []


@pytest.mark.parametrize("page", NAMED)
def test_names_that_a_page_gives_are_in_the_code(page: str) -> None:
    """Single identifiers, also as ``module.name`` and ``name(...)``."""
    names = [re.fullmatch(r"([A-Za-z_][\w.]*)(\(.*\))?", span) for span in spans(page_of(page))]
    parts = {part for name in names if name for part in name[1].split(".")}
    stems = {Path(name).stem for name in tree()} | {Path(name).suffix[1:] for name in tree()}
    assert len(parts) > 20
    assert sorted(parts - words() - stems) == []


def page_of(name: str) -> str:
    return (ROOT / name).read_text()


def test_the_plan_of_the_house_answers_twelve_questions() -> None:
    last = page_of("docs/architecture.md").split("\n## ")[-1]
    answers = re.findall(r"^\d+\. \*\*\.\.\. .*?\?\*\* (.+)$", last, re.MULTILINE)
    assert len(answers) == 12
    assert all(list(paths(a)) or "](" in a for a in answers)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("see `passes/plan/nowhere.py`", ["passes/plan/nowhere.py"]),
        ("`attic/`", ["attic"]),
        ("`passes/{plan,attic}/decide.py`", ["passes/attic/decide.py"]),
        ("`tvm_tiny/targets/boards/NAME.toml`, `emit/templates/*.j2`, `decide.py`", []),
    ],
)
def test_a_file_that_is_gone_is_seen(text: str, gone: list[str]) -> None:
    assert missing(text) == gone
