# SPDX-License-Identifier: Apache-2.0
"""The documentation as a site: the pages as they lie in the tree, and the API from docstrings.

python docs/site.py -o site        pip install 'tvm-tiny[docs]'; fails on a link that leads nowhere

The pages are copied, tree and all, so links between README, docs/ and examples/ stay as they are.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("docs", "examples", "benchmarks")
INSIDE = ("passes", "schedules", "crt_project")
"""Beside the package in the tree, inside it where it is installed."""
TOP = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE")
ITEM = re.compile(r"[*-] |1\. ")
PARAGRAPH = re.compile(r"(?![*-] |\d+\. |[#|>]|```)\S")
NAVIGATION = (
    ("Begin", ("README", "docs/new", "docs/quantising", "docs/accuracy", "docs/report")),
    ("Memory", ("docs/receptive-field", "docs/redistribution", "docs/tuning")),
    ("Boards", ("docs/boards", "docs/device", "docs/rtos", "docs/silicon", "docs/project-api")),
    ("Deliveries", ("docs/formats", "examples/README", "examples/ci/README")),
    ("Training on the device", ("docs/on-device-training",)),
    (
        "Reference",
        ("docs/operators", "docs/features", "docs/versions", "docs/comparison", "CHANGELOG"),
    ),
    ("Inside", ("docs/architecture", "docs/design", "docs/extending", "CONTRIBUTING")),
)
CONFIG = {
    "site_name": "tvm_tiny",
    "docs_dir": "tree",
    "theme": {
        "name": "material",
        "font": False,
        "features": ["navigation.sections", "content.code.copy"],
        "palette": [
            {"media": "(prefers-color-scheme: light)", "scheme": "default", "primary": "teal"},
            {"media": "(prefers-color-scheme: dark)", "scheme": "slate", "primary": "teal"},
        ],
    },
    "plugins": [
        "search",
        {
            "mkdocstrings": {
                "handlers": {
                    "python": {
                        "paths": ["package"],
                        "options": {
                            "docstring_style": "google",
                            "show_source": False,
                            "show_root_heading": True,
                            "show_root_full_path": False,
                            "separate_signature": True,
                            "show_signature_annotations": True,
                            "inherited_members": False,
                        },
                    }
                }
            }
        },
    ],
    "markdown_extensions": ["tables", "fenced_code", "pymdownx.superfences"],
    "validation": {"links": {"anchors": "warn", "unrecognized_links": "info"}},
}


def api_pages() -> dict[str, str]:
    """Path to text: every public object where it is defined, by the package's own list."""
    sys.path.insert(0, str(ROOT))
    import tvm_tiny

    homes: dict[str, str] = vars(tvm_tiny)["_LAZY"]
    more = {"new_application": "tvm_tiny.application.new", "TvmTinyError": "tvm_tiny.errors"}
    homes = {**homes, **more}
    blocks = [f"::: {homes[name]}.{name}" for name in sorted(homes, key=str.lower)]
    report = "# report.json\n\n::: tvm_tiny.report.model\n"
    return {
        "api/index.md": "# Python API\n\n" + "\n\n".join(blocks) + "\n",
        "api/report.md": report,
    }


def stage_package(package: Path) -> None:
    """The package as it is installed: a checkout may lack the links to the folders beside it."""
    ignored = shutil.ignore_patterns("__pycache__", *INSIDE)
    shutil.copytree(ROOT / "tvm_tiny", package, ignore=ignored)
    for name in INSIDE:
        shutil.copytree(ROOT / name, package / name, ignore=shutil.ignore_patterns("__pycache__"))


def as_github_reads(text: str) -> str:
    """A list right below a paragraph begins one: mkdocs's Markdown wants an empty line between."""
    out: list[str] = []
    fenced, before = False, ""
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith("```")
        if not fenced and ITEM.match(line) and PARAGRAPH.match(before):
            out.append("")
        out.append(line)
        before = line
    return "\n".join(out) + "\n"


def stage(folder: Path) -> None:
    """Write the pages and the configuration of a site."""
    tree = folder / "tree"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    stage_package(folder / "package" / "tvm_tiny")
    for name in TOP:
        shutil.copy(ROOT / name, tree)
    for path in tree.rglob("*.md"):
        path.write_text(as_github_reads(path.read_text(encoding="utf-8")), encoding="utf-8")
    for name, text in api_pages().items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    known = {f"{page}.md" for _, pages in NAVIGATION for page in pages}
    left = sorted(str(p.relative_to(tree)) for p in tree.glob("docs/*.md"))
    nav = [{title: [f"{page}.md" for page in pages]} for title, pages in NAVIGATION]
    nav.append({"Python API": ["api/index.md", "api/report.md"]})
    missing = [page for page in left if page not in known]
    if missing:
        raise SystemExit(f"docs/site.py: nobody has placed {', '.join(missing)}")
    text = json.dumps({**CONFIG, "nav": nav}, indent=1)
    (folder / "mkdocs.yml").write_text(text, encoding="utf-8")  # JSON is YAML


def main() -> int:
    """Build the site; the exit code is mkdocs's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "build" / "site")
    output = parser.parse_args().output.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        stage(Path(scratch))
        command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
        command += ["--config-file", str(Path(scratch) / "mkdocs.yml"), "--site-dir", str(output)]
        quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        return subprocess.run(command, check=False, env=quiet).returncode


if __name__ == "__main__":
    sys.exit(main())
