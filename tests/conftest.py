# SPDX-License-Identifier: Apache-2.0
"""Programs that tests start find the package as the tests do, installed or not."""

from __future__ import annotations

import os

from paths import ROOT

os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
)
