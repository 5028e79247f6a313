# SPDX-License-Identifier: Apache-2.0
"""The rules of ``LegalizeQDQ``: float operators between dequantize and quantize to integer ones."""
