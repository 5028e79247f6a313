# SPDX-License-Identifier: Apache-2.0
"""The TFLite operators, by family: importing this package fills the table of ``record``."""

from tvm_tiny.frontends.tflite.operators import activations as activations
from tvm_tiny.frontends.tflite.operators import binary as binary
from tvm_tiny.frontends.tflite.operators import dense as dense
from tvm_tiny.frontends.tflite.operators import extremes as extremes
from tvm_tiny.frontends.tflite.operators import joining as joining
from tvm_tiny.frontends.tflite.operators import known as known
from tvm_tiny.frontends.tflite.operators import movement as movement
from tvm_tiny.frontends.tflite.operators import normalise as normalise
from tvm_tiny.frontends.tflite.operators import pairs as pairs
from tvm_tiny.frontends.tflite.operators import rearranging as rearranging
from tvm_tiny.frontends.tflite.operators import recurrent as recurrent
from tvm_tiny.frontends.tflite.operators import reductions as reductions
from tvm_tiny.frontends.tflite.operators import resize as resize
from tvm_tiny.frontends.tflite.operators import slices as slices
from tvm_tiny.frontends.tflite.operators import windows as windows

from tvm_tiny.frontends.tflite.operators import looking_up as looking_up  # isort: skip
from tvm_tiny.frontends.tflite.operators import plain as plain  # isort: skip
from tvm_tiny.frontends.tflite.operators import plain_windows as plain_windows  # isort: skip
from tvm_tiny.frontends.tflite.operators import running as running  # isort: skip
from tvm_tiny.frontends.tflite.operators import signal as signal  # isort: skip
from tvm_tiny.frontends.tflite.operators import detection as detection  # isort: skip
