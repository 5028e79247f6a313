# SPDX-License-Identifier: Apache-2.0
"""The state of a training run after an epoch, in one file that is whole or not there.

An ``.npz`` of plain arrays (no pickles): weights, Adam's moments and step counts, and as JSON what
the run is of and its losses. A run that continues from it does what it would have done undisturbed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files.arrays import pack_arrays, read_arrays
from tvm_tiny.files.writing import write_file
from tvm_tiny.training._torch import torch

_VERSION: Final = 1
_MOMENTS: Final = ("exp_avg", "exp_avg_sq", "step")


class Checkpoint:
    """A checkpoint file.

    Args:
        path: the file.
        identity: what it has to be of: settings, digests of models and data.
    """

    def __init__(self, path: Path, identity: Mapping[str, Any]) -> None:
        self._path, self._identity = path, {"version": _VERSION, **identity}

    def save(self, module: Any, optimiser: Any, losses: list[float]) -> None:
        """Write the state after an epoch.

        Raises:
            UsageError: TT6010, it cannot be written.
        """
        arrays = {f"tensor/{n}": t.numpy() for n, t in module.state_dict().items()}
        for place, group in enumerate(optimiser.param_groups):
            state = optimiser.state[group["params"][0]]
            arrays |= {f"{key}/{place}": state[key].numpy() for key in _MOMENTS}
        text = json.dumps({**self._identity, "losses": losses}, sort_keys=True)
        arrays["about"] = np.frombuffer(text.encode(), np.uint8)
        write_file(self._path, pack_arrays(arrays))

    def load(self, module: Any, optimiser: Any) -> list[float]:
        """Restore the state; the losses of the epochs done, none if there is no file.

        Raises:
            UsageError: TT6403 of another run or damaged, TT6004 no archive of arrays.
        """
        if not self._path.exists():
            return []
        arrays = read_arrays(self._path)
        try:
            about = json.loads(arrays["about"].tobytes())
            losses = [float(loss) for loss in about.pop("losses")]
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise self._refused("it is damaged", str(error)) from error
        if about != json.loads(json.dumps(self._identity)):
            changed = [k for k in self._identity if about.get(k) != self._identity[k]]
            raise self._refused("it is of another run", f"these differ: {', '.join(changed)}")
        try:
            tensors = {n: torch.from_numpy(arrays[f"tensor/{n}"]) for n in module.state_dict()}
            module.load_state_dict(tensors)
            for place, group in enumerate(optimiser.param_groups):
                parameter = group["params"][0]
                state = {key: torch.from_numpy(arrays[f"{key}/{place}"]) for key in _MOMENTS}
                if state["exp_avg"].shape != parameter.shape:
                    raise ValueError(f"moments of shape {tuple(state['exp_avg'].shape)}")
                optimiser.state[parameter] = state
        except (KeyError, ValueError, RuntimeError, TypeError) as error:
            raise self._refused("it is damaged", str(error).splitlines()[0]) from error
        return losses

    def _refused(self, what: str, why: str) -> UsageError:
        do = "remove it to begin anew, or repeat the run with its own options"
        problem = Problem(what, str(self._path), why, do)
        return UsageError("cannot continue from the checkpoint", (problem,), code="TT6403")
