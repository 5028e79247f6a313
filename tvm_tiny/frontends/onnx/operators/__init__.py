# SPDX-License-Identifier: Apache-2.0
"""The ONNX operators, by family: importing this package fills the table of ``record``."""

from tvm_tiny.frontends.onnx.operators import dense as dense
from tvm_tiny.frontends.onnx.operators import elementwise as elementwise
from tvm_tiny.frontends.onnx.operators import functions as functions
from tvm_tiny.frontends.onnx.operators import known as known
from tvm_tiny.frontends.onnx.operators import movement as movement
from tvm_tiny.frontends.onnx.operators import normalise as normalise
from tvm_tiny.frontends.onnx.operators import quantised as quantised
from tvm_tiny.frontends.onnx.operators import quantisers as quantisers
from tvm_tiny.frontends.onnx.operators import rearranging as rearranging
from tvm_tiny.frontends.onnx.operators import recurrent as recurrent
from tvm_tiny.frontends.onnx.operators import reductions as reductions
from tvm_tiny.frontends.onnx.operators import sliding as sliding
