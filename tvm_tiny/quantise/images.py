# SPDX-License-Identifier: Apache-2.0
"""Images of a folder as samples: decoded by Pillow (extra ``images``), resized to the input."""

from __future__ import annotations

import importlib
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import Problem, ToolchainError, UsageError

Array = npt.NDArray[Any]
SUFFIXES: Final = (
    ".png",
    ".jpg",
    ".jpeg",
    ".bmp",
    ".ppm",
    ".pgm",
    ".webp",
    ".gif",
    ".tif",
    ".tiff",
)
_MOST_FILES: Final = 1_000_000
_MODES: Final = {1: "L", 3: "RGB", 4: "RGBA"}


def image_files(folder: Path) -> list[Path]:
    """Images below a folder, in the order of their paths.

    Raises:
        UsageError: TT6004, there are none.
    """
    found: list[Path] = []
    for path in folder.rglob("*"):
        if path.suffix.lower() in SUFFIXES and path.is_file():
            found.append(path)
        if len(found) > _MOST_FILES:
            break
    if not found:
        do = f"put images there ({', '.join(SUFFIXES[:4])}, ...)"
        raise UsageError("no images", (Problem("none found", str(folder), do=do),), "TT6004")
    return sorted(found)


def class_names(folder: Path) -> list[str]:
    """Names of the folders that images lie in, one a class; empty if they lie in the folder."""
    names = sorted({p.relative_to(folder).parts[0] for p in image_files(folder)})
    return [] if any((folder / n).is_file() for n in names) else names


def read_images(
    folder: Path, shape: tuple[int, int, int], limit: int | None = None
) -> tuple[Array, list[Path]]:
    """Images as uint8 [samples, height, width, channels], and their files.

    Bilinear, without keeping the aspect ratio; grey, RGB or RGBA by the channels.

    Args:
        folder: with images, or with a folder of images for every class.
        shape: height, width, channels.
        limit: so many images, spread evenly over those there are.

    Raises:
        UsageError: TT6004 no images, or an unreadable one; TT6003 channels other than 1, 3, 4.
        ToolchainError: TT4003, Pillow is not installed.
    """
    image = _pillow()
    height, width, channels = shape
    if channels not in _MODES:
        problem = Problem(f"{channels} channels", do="images have 1, 3 or 4")
        raise UsageError("the input takes no images", (problem,), "TT6003")
    files = image_files(folder)
    if limit is not None and limit < len(files):
        files = [files[i * len(files) // limit] for i in range(limit)]
    out = np.empty((len(files), height, width, channels), np.uint8)
    for place, path in enumerate(files):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", image.DecompressionBombWarning)
                with image.open(path) as file:
                    fitted = file.convert(_MODES[channels]).resize(
                        (width, height), image.Resampling.BILINEAR
                    )
        except Exception as error:  # Pillow's decoders raise whatever they meet
            problem = Problem(str(error)[:200] or type(error).__name__, str(path))
            raise UsageError("cannot read an image", (problem,), "TT6004") from error
        out[place] = np.asarray(fitted, np.uint8).reshape(height, width, channels)
    return out, files


def _pillow() -> Any:
    try:
        return importlib.import_module("PIL.Image")
    except ImportError as error:
        problem = Problem(str(error), do="pip install 'tvm-tiny[images]'")
        what = "folders of images need the package 'pillow'"
        raise ToolchainError(what, (problem,), "TT4003") from error
