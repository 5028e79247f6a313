# SPDX-License-Identifier: Apache-2.0
"""``--dump-ir``: the module after every pass that changed it, numbered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tvm_tiny.files.writing import write_file


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
            write_file(self.folder / f"{self._number:02d}-{name}.py", text.encode())
        self._number += 1
        self._last = text
