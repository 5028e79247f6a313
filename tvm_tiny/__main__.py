# SPDX-License-Identifier: Apache-2.0
"""``python -m tvm_tiny``."""

from tvm_tiny.cli import main

main()
