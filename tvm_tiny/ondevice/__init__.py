# SPDX-License-Identifier: Apache-2.0
"""Models that learn on the device: builds, and running them step by step."""
