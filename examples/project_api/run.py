# SPDX-License-Identifier: Apache-2.0
"""An archive to scores from a running device: ``python run.py model.tar [board]``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

from tvm_tiny.device import DeviceClient
from tvm_tiny.project_api import TemplateProject


def main(archive: Path, board: str) -> None:
    """Generate, build, flash, and infer once on a made-up picture."""
    with tempfile.TemporaryDirectory() as folder:
        with TemplateProject() as template:
            project = template.generate(archive, Path(folder) / "project", {"board": board})
        with project:
            project.build()
            project.flash()
            with project.transport() as line:
                device = DeviceClient(line)
                count = device.open().input_bytes
                image = ((np.arange(count) * 37 + 11) % 256 - 128).astype(np.int8)
                outputs = device.infer(image.tobytes()).outputs
    for score in np.frombuffer(outputs, np.int8):
        print(score)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "mps2-an500")
