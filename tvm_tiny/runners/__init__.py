# SPDX-License-Identifier: Apache-2.0
"""Runners: execute the generated C and give back its outputs."""

from tvm_tiny.runners.base import Place, Runner, RunResult
from tvm_tiny.runners.host import HostRunner
from tvm_tiny.runners.qemu import QemuRunner

__all__ = ["HostRunner", "Place", "QemuRunner", "RunResult", "Runner"]
