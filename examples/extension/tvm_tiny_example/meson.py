# SPDX-License-Identifier: Apache-2.0
"""The model as a Meson subproject."""

from __future__ import annotations

from tvm_tiny.formats import Contents, Files, Format


def _files(contents: Contents) -> Files:
    """``meson.build`` beside the sources; parents take the dependency ``<model>_dep``."""
    spec, files = contents.spec, dict(contents.sources)
    listed = ", ".join(f"'{name}'" for name in sorted(files) if name.endswith(".c"))
    files["meson.build"] = (
        "# SPDX-License-Identifier: Apache-2.0\n"
        f"project('{spec.model}', 'c', default_options: ['c_std=c99'])\n"
        "headers = include_directories('include', 'src')\n"
        f"model = static_library('{spec.model}', {listed}, include_directories: headers)\n"
        f"{spec.model}_dep = declare_dependency(link_with: model, include_directories: headers)\n"
    )
    return files


MESON = Format("meson", "Meson subproject", _files)
