# SPDX-License-Identifier: Apache-2.0
"""C compilers, what they make, and the cache of it."""

from tvm_tiny import moved as _moved

__getattr__ = _moved.names_of(__name__)
