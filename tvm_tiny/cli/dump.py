# SPDX-License-Identifier: Apache-2.0
"""``--dump-ir``: the module after every pass that changed it, numbered."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class IrDump:
    """Writes ``NN-pass.py`` (TVMScript) into a folder for every pass that changed the module."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = 0
        self._last = ""

    def __call__(self, name: str, module: Any) -> None:
        """Called by the pipeline after each pass."""
        text = str(module.script(show_meta=False))
        if text != self._last:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{self._number:02d}-{name}.py").write_text(text, encoding="utf-8")
        self._number += 1
        self._last = text
