# SPDX-License-Identifier: Apache-2.0
"""What guards tests against something that never ends: a hundred times what it takes at most."""

from __future__ import annotations

HANG_S = 3000.0

BUSY = 3.0
"""CPU seconds of a quiet computer, times this: other programs share its caches and cores."""
