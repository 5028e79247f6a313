# SPDX-License-Identifier: Apache-2.0
"""Training float ONNX models in PyTorch (extra ``train``): module, distillation, checkpoints."""
