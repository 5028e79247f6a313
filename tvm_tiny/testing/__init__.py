# SPDX-License-Identifier: Apache-2.0
"""Test material: a writer of int8 TFLite models and a few ready small models."""
