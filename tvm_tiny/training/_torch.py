# SPDX-License-Identifier: Apache-2.0
"""The one module that touches PyTorch, which is an extra and only partly typed.

Everything here is ``Any`` towards the type checker; the rest of ``tvm_tiny.training`` imports what
it needs from here. Importing this without PyTorch raises ``ToolchainError`` TT4003.
"""

from __future__ import annotations

import importlib
from typing import Any

from tvm_tiny.errors import Problem, ToolchainError

try:
    torch: Any = importlib.import_module("torch")
except ImportError as error:
    raise ToolchainError(
        "training needs the package 'torch'",
        (Problem(str(error), do="pip install 'tvm-tiny[train]'"),),
        "TT4003",
    ) from error

nn: Any = torch.nn
F: Any = torch.nn.functional
Tensor = Any


def deterministic(threads: int) -> None:
    """The same sums in the same order every time: fixed threads, no races."""
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
