# SPDX-License-Identifier: Apache-2.0
"""From model files to Relax with quantize and dequantize round every operator."""
