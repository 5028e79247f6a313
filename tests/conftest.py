# SPDX-License-Identifier: Apache-2.0
"""For all tests: programs find the package as the tests do; no property fails for want of time."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from paths import ROOT

os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
)

# Hypothesis's own limits are of wall time: on a busy computer they fail what is right.
settings.register_profile(
    "busy computers", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy computers")
