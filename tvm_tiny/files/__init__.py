# SPDX-License-Identifier: Apache-2.0
"""Files from outside, read within bounds; files for others, whole or not there.

``reading`` opens every kind of outside file, ``arrays`` reads and packs ``.npz``, ``writing``
writes files and folders through the few functions of ``system``, which tests replace to inject
faults.
"""
