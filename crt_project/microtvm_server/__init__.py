# SPDX-License-Identifier: Apache-2.0
"""The Project API server of templates and generated projects.

Runs alone, in a project's folder, under any Python from 3.8 on: no module here imports anything
but the standard library and its neighbours.
"""
