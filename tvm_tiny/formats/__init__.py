# SPDX-License-Identifier: Apache-2.0
"""The same model as other tools expect it: archives, libraries and single files."""

from __future__ import annotations

from tvm_tiny.formats.contents import Contents, Files
from tvm_tiny.formats.layouts import FORMATS, Format, format_files, known_formats
from tvm_tiny.formats.mlf import export_mlf

__all__ = ["FORMATS", "Contents", "Files", "Format", "export_mlf", "format_files", "known_formats"]
