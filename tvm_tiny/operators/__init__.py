# SPDX-License-Identifier: Apache-2.0
"""The operator table: importing this package registers every operator."""

from tvm_tiny.operators import activation as activation
from tvm_tiny.operators import conv as conv
from tvm_tiny.operators import elementwise as elementwise
from tvm_tiny.operators import patch as patch
from tvm_tiny.operators import pool as pool
from tvm_tiny.operators import quantize as quantize
from tvm_tiny.operators import reduce as reduce
from tvm_tiny.operators import resize as resize
from tvm_tiny.operators import shape as shape
from tvm_tiny.operators import softmax as softmax
from tvm_tiny.operators import transpose_conv as transpose_conv
from tvm_tiny.operators.base import lookup as lookup
from tvm_tiny.operators.base import table as table
