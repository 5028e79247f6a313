# SPDX-License-Identifier: Apache-2.0
"""Our client of microTVM's Project API: generate, build, flash, talk; any server that speaks it.

from tvm_tiny.project_api import TemplateProject

artifact.export_mlf("model.tar")
with TemplateProject() as template:
    project = template.generate("model.tar", "firmware", {"board": "mps2-an500"})
with project:
    project.build()
    project.flash()
    with project.transport() as line:
        ...
"""

from tvm_tiny.project_api.client import ProjectClient, ServerInfo
from tvm_tiny.project_api.project import (
    GeneratedProject,
    ProjectTransport,
    TemplateProject,
    template_dir,
)

__all__ = [
    "GeneratedProject",
    "ProjectClient",
    "ProjectTransport",
    "ServerInfo",
    "TemplateProject",
    "template_dir",
]
