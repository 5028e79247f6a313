# SPDX-License-Identifier: Apache-2.0
"""What planners are asked and what they answer: plain data that all of them share."""
