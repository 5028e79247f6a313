# SPDX-License-Identifier: Apache-2.0
"""State: what lasts from one run to the next, and how it is updated."""
