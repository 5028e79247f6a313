# SPDX-License-Identifier: Apache-2.0
"""Stable error codes and what they mean (``tvm-tiny explain``)."""

from __future__ import annotations

CODES: dict[str, str] = {
    "TT1001": "The file is not a readable model: wrong format, truncated or damaged.",
    "TT1002": "The model contradicts itself: sizes, indices or order that cannot be right.",
    "TT1004": "A Relay module. Relay left TVM in 2024: export the model to TFLite or ONNX.",
    "TT1101": "A dimension is not static. Microcontrollers need fixed sizes: fix it when"
    " exporting, or give the shape (--shape NAME=1,96,96,3).",
    "TT1102": "A float model, or one without int8 weights. Quantise it to int8 after training:"
    " tvm-tiny quantize MODEL --data calibration.npz -o int8.onnx, or your framework's own way to"
    " full integer quantisation.",
    "TT1103": "A type other than int8 where int8 is needed (uint8, int16, ...). Quantise to int8.",
    "TT1104": "A quantised model where a float32 one is needed: give the model that was quantised.",
    "TT1203": "Operators or options that cannot be compiled. 'tvm-tiny ops' lists what can.",
    "TT1204": "The model cannot be trained: operators without a PyTorch twin, or that mix samples.",
    "TT1301": "The receptive field cannot be redistributed: no early convolution can see less.",
    "TT1302": "The receptive field cannot be redistributed: no later convolution can see more,"
    " or not within the budget.",
    "TT2101": "The model does not fit the memory limits given.",
    "TT2102": "The firmware does not fit the board: the message says which memory is too small.",
    "TT3001": "The compiled model and the reference differ. This is a bug: please report it.",
    "TT4001": "No C compiler found. Install one: pip install 'tvm-tiny[toolchain]'.",
    "TT4002": "The C compiler or linker failed.",
    "TT4003": "An optional package or program is missing; the message says which.",
    "TT5001": "The program faulted, ran away or did not answer on the (simulated) device.",
    "TT5002": "No board is attached to tune on.",
    "TT5003": "No tuning server is registered with the tracker (tvm-tiny tune-server).",
    "TT5004": "The board does not answer, only noise comes, or the line to it broke: is it powered"
    " and flashed, and are port and speed right?",
    "TT5005": "The board runs the firmware of another model or build: flash it again.",
    "TT5006": "No debug probe or board was found: attach it, or name it with --probe.",
    "TT5007": "The firmware on the board ended with an exit code other than 0.",
    "TT5101": "The server of a Project API project refused a request or failed in it.",
    "TT5102": "The server of a Project API project is gone, or breaks the protocol.",
    "TT6001": "An argument is wrong.",
    "TT6002": "Unknown target; 'tvm-tiny targets' lists the cores.",
    "TT6003": "The inputs' names, shapes or types do not fit the model.",
    "TT6004": "The data file cannot be read or has no arrays for the model's inputs.",
    "TT6005": "Not a size: write bytes, or 64K, or 1M.",
    "TT6006": "Not a place to run: use simulator, host, qemu or board:NAME.",
    "TT6007": "That place to run cannot do this (profiles: simulator or a board; layers and rows:"
    " simulator or host).",
    "TT6008": "A Relax module has no reference interpreter: validate the TFLite or ONNX file.",
    "TT6009": "The output folder exists and is not a project of tvm_tiny: choose another.",
    "TT6010": "The output folder cannot be written.",
    "TT6011": "Unknown objective: balanced, speed, ram or flash.",
    "TT6012": "Unknown order of layers: index, macs, cycles, live or weights.",
    "TT6013": "The report cannot be read: build again with this version.",
    "TT6014": "Not a shape: write --shape NAME=1,96,96,3.",
    "TT6015": "Not a number of samples: write random:20.",
    "TT6016": "Unknown error code.",
    "TT6017": "The model cannot be fed by rows: that takes one input of two rows or more.",
    "TT6018": "Rows after the last one of a run, or outputs asked for before it: push all rows,"
    " read the outputs, then restart().",
    "TT6019": "Unknown board, or a board without its line: board:mps2-an500 (QEMU),"
    " board:simulator, board:host, board:NAME@PORT.",
    "TT6040": "Not a share of recomputation: 0 (nothing) to 4 times the model's work.",
    "TT6050": "Wrong stage, budget or windows for receptive fields.",
    "TT6101": "The tuning database is for another target, compiler or version of the kernels.",
    "TT6102": "The tuning database cannot be read: give a folder or file that tuning wrote.",
    "TT6103": "A tuning session was interrupted in this folder: --resume it, or take another.",
    "TT6104": "Unknown runner (simulator, qemu, board) or cost model (xgb, random) for tuning.",
    "TT6105": "Another tuning session is at work in this folder.",
    "TT6201": "Unknown project format; 'tvm-tiny build --help' lists them.",
    "TT6202": "Not a Project API project, or options that it does not have.",
    "TT6301": "Unknown board; 'tvm-tiny boards' lists them. A path ending in .toml is one, too.",
    "TT6302": "The board's TOML file is wrong; docs/boards.md describes it.",
    "TT6303": "The project or target is for another core than the board's.",
    "TT6304": "That runner or probe cannot be used for the board.",
    "TT6401": "An option of quantising is wrong; 'tvm-tiny quantize --help' lists them.",
    "TT6402": "A setting of fine-tuning is wrong; 'tvm-tiny redistribute --help' lists them.",
    "TT6403": "A checkpoint of fine-tuning is damaged or of another run, or one was interrupted in"
    " this folder: --resume it, or take another folder.",
    "TT9000": "An internal error. Run again with 'tvm-tiny --debug' and report it.",
}
