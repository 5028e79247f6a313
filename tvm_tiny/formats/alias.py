# SPDX-License-Identifier: Apache-2.0
"""microTVM's entry point over ours: ``tvmgen_default_run`` with structs of pointers.

For applications that were written for microTVM's C interface. That interface has no argument for
the arena, so the source beside the header holds one: the only writable global we ever generate, and
linkers drop it with its function where nobody calls it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tvm_tiny.emit.spec import IoSpec, ProjectSpec

MODULE = "default"
"""microTVM's module name when none is given."""


def _members(tensors: Sequence[IoSpec]) -> str:
    return "\n".join(f"  void *{t.name};" for t in tensors)


def _sizes(tensors: Sequence[IoSpec], prefix: str) -> list[str]:
    return [f"#define {prefix}_{t.name.upper()}_SIZE {t.size_bytes}" for t in tensors]


def alias_header(spec: ProjectSpec) -> str:
    """``tvmgen_default.h``: structs, sizes in bytes and the function."""
    name = f"tvmgen_{MODULE}"
    upper = name.upper()
    sizes = "\n".join([*_sizes(spec.inputs, upper), *_sizes(spec.outputs, upper)])
    return f"""\
/* SPDX-License-Identifier: Apache-2.0 */
/* microTVM's interface to {spec.model}; new applications better call {spec.model}_run. */
#ifndef {upper}_H
#define {upper}_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {{
#endif

{sizes}
/* It is part of {name}.c. */
#define {upper}_WORKSPACE_SIZE {spec.arena_bytes}

struct {name}_inputs {{
{_members(spec.inputs)}
}};

struct {name}_outputs {{
{_members(spec.outputs)}
}};

/* Returns 0, or a TVM_TINY_ERR_ code. Not re-entrant: one arena for all callers. */
int32_t {name}_run(struct {name}_inputs *inputs, struct {name}_outputs *outputs);

#ifdef __cplusplus
}}
#endif

#endif /* {upper}_H */
"""


def alias_source(spec: ProjectSpec) -> str:
    """``tvmgen_default.c``: the arena and the call."""
    name, model = f"tvmgen_{MODULE}", spec.model
    given = "\n".join(f"  in.{t.name} = (const {t.c_type} *)inputs->{t.name};" for t in spec.inputs)
    wanted = "\n".join(f"  out.{t.name} = ({t.c_type} *)outputs->{t.name};" for t in spec.outputs)
    return f"""\
/* SPDX-License-Identifier: Apache-2.0 */
#include "{name}.h"

#include <stddef.h>

#include "{model}.h"

__attribute__((aligned({spec.prefix}_ARENA_ALIGN))) static uint8_t
    {name}_arena[{spec.prefix}_ARENA_BYTES];

int32_t {name}_run(struct {name}_inputs *inputs, struct {name}_outputs *outputs)
{{
  struct {model}_inputs in;
  struct {model}_outputs out;
  if (inputs == NULL || outputs == NULL) {{
    return TVM_TINY_ERR_NULL;
  }}
{given}
{wanted}
  return {model}_run({name}_arena, &in, &out);
}}
"""
