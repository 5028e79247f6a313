# SPDX-License-Identifier: Apache-2.0
"""microTVM's entry point over ours: ``tvmgen_default_run`` with structs of pointers.

For applications that were written for microTVM's C interface. That interface has no argument for
the arena, so the source beside the header holds one: the only writable global we ever generate, and
linkers drop it with its function where nobody calls it. No model has its name (``names.py``).
"""

from __future__ import annotations

from pathlib import Path

from tvm_tiny.files.templates import templates
from tvm_tiny.project_spec import ProjectSpec

MODULE = "default"
"""microTVM's module name when none is given."""
_TEMPLATES = Path(__file__).parent / "templates"


def alias_header(spec: ProjectSpec) -> str:
    """``tvmgen_default.h``: structs, sizes in bytes and the function."""
    return _rendered("alias.h.j2", spec)


def alias_source(spec: ProjectSpec) -> str:
    """``tvmgen_default.c``: the arena and the call."""
    return _rendered("alias.c.j2", spec)


def _rendered(template: str, spec: ProjectSpec) -> str:
    made = templates(_TEMPLATES).get_template(template)
    return made.render(spec=spec, name=f"tvmgen_{MODULE}")
