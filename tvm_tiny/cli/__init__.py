# SPDX-License-Identifier: Apache-2.0
"""The command line: ``tvm-tiny``."""

from __future__ import annotations

from tvm_tiny.cli.app import main

__all__ = ["main"]
