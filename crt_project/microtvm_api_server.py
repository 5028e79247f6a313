# SPDX-License-Identifier: Apache-2.0
"""microTVM Project API server: ``python microtvm_api_server.py --help``.

Clients start it with ``--read-fd N --write-fd M``. It needs Python 3.8 and nothing else; what it
does is in ``microtvm_server`` beside it. Copied into every project that it generates.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    sys.dont_write_bytecode = True  # a template may lie in an installed package
    sys.path.insert(0, str(HERE))
    from microtvm_server.shell import main

    sys.exit(main(HERE))
