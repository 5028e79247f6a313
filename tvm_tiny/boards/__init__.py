# SPDX-License-Identifier: Apache-2.0
"""Boards: their data, where a model goes on them, the firmware, and how to flash and run it."""

from tvm_tiny.boards.data import Board, boards, load_board

__all__ = ["Board", "boards", "load_board"]
