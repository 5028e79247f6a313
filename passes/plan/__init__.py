# SPDX-License-Identifier: Apache-2.0
"""Memory plans: what was decided, at what price, and the passes that decide."""
