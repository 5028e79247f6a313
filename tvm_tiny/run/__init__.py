# SPDX-License-Identifier: Apache-2.0
"""Runners: execute the generated C and give back its outputs."""

from tvm_tiny import moved as _moved
from tvm_tiny.run.base import Runner, RunnerResult, WholeTensor
from tvm_tiny.run.host import HostRunner
from tvm_tiny.run.qemu import QemuRunner

__all__ = ["HostRunner", "QemuRunner", "Runner", "RunnerResult", "WholeTensor"]

__getattr__ = _moved.names_of(__name__)
