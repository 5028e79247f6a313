# SPDX-License-Identifier: Apache-2.0
"""The whole model as one source and one header: to be dropped into any build."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tvm_tiny.formats.contents import Contents

_INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"\s*$')
_CONDITION = re.compile(r"^\s*#\s*(if|ifdef|ifndef|endif)\b")
_QUIET = (
    "/* What was a header may define more than is used. */",
    "#if defined(__GNUC__)",
    '#pragma GCC diagnostic ignored "-Wunused-function"',
    "#endif",
    "",
)


class _Inliner:
    """Replaces includes of our own headers by their text.

    A header is put where it is first included; later includes vanish. An include under a condition
    is put there, and again elsewhere: its own guard decides which text counts.
    """

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._done: set[str] = set()

    def text(self, source: str, *, guarded: bool = False) -> str:
        """The source with its headers in place.

        Args:
            source: C text.
            guarded: the text is a header with an include guard, which is no condition.
        """
        depth = -1 if guarded else 0
        lines: list[str] = []
        for line in source.splitlines():
            condition = _CONDITION.match(line)
            if condition:
                depth += -1 if condition[1] == "endif" else 1
            include = _INCLUDE.match(line)
            if include is None or include[1] not in self._headers:
                lines.append(line)
            elif include[1] not in self._done:
                if depth <= 0:
                    self._done.add(include[1])
                inner = self.text(self._headers[include[1]], guarded=True).rstrip("\n")
                lines += [f"/* ---- {include[1]} ---- */", inner]
        return "\n".join(lines) + "\n"

    def skip(self, name: str) -> None:
        """Leave out a header: somebody else includes it."""
        self._done.add(name)


def single_file(contents: Contents) -> dict[str, str]:
    """``<model>.c`` and ``<model>.h``: same symbols, same arguments as the project's."""
    name = contents.spec.model
    files = {path.rsplit("/", 1)[1]: text for path, text in contents.sources.items()}
    headers = {path: text for path, text in files.items() if path.endswith(".h")}
    interface = _Inliner(headers).text(headers[f"{name}.h"], guarded=True)
    inliner = _Inliner({k: v for k, v in headers.items() if k != f"{name}.h"})
    inliner.skip("tvm_tiny.h")
    body = [f'#include "{name}.h"', "", *_QUIET]
    sources = sorted((k for k in files if k.endswith(".c")), key=lambda k: k == f"{name}.c")
    for path in sources:
        text = inliner.text(files[path]).replace(f'#include "{name}.h"\n', "")
        body += [f"/* ---- {path} ---- */", text.rstrip("\n")]
    licence = "/* SPDX-License-Identifier: Apache-2.0 */\n"
    return {f"{name}.c": licence + "\n".join(body) + "\n", f"{name}.h": licence + interface}
