# SPDX-License-Identifier: Apache-2.0
"""Row calls compressed to loops mean the same calls."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tvm_tiny.emit.calls import Row, Run, compress


def expand(runs: list[Run]) -> list[tuple[int, ...]]:
    return [
        tuple(a + i * b for a, b in zip(run.start, run.step, strict=True))
        for run in runs
        for i in range(run.count)
    ]


def same(rows: list[Row], got: list[tuple[int, ...]]) -> bool:
    return len(rows) == len(got) and all(
        want is None or want == value
        for row, values in zip(rows, got, strict=True)
        for want, value in zip(row, values, strict=True)
    )


def test_a_regular_layer_is_one_loop() -> None:
    rows: list[Row] = [(48 * r, 16 * r) for r in range(24)]
    assert compress(rows) == [Run(24, (0, 0), (48, 16))]


def test_padding_rows_split_the_loop_and_unread_offsets_fit_any_line() -> None:
    rows: list[Row] = [(None, 0, 8, 1, 3)]
    rows += [(8 * (r - 1), 8 * r, 8 * (r + 1), 0, 3) for r in range(1, 5)]
    rows += [(32, 40, None, 0, 2)]
    runs = compress(rows)
    assert [r.count for r in runs] == [1, 4, 1]
    assert same(rows, expand(runs))


def test_a_run_ends_where_the_line_does() -> None:
    rows: list[Row] = [(5,), (7,), (9,), (0,), (0,), (0,)]
    assert [r.count for r in compress(rows)] == [3, 3]


@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.tuples(*[st.one_of(st.none(), st.integers(-3, 3)) for _ in range(width)]),
            min_size=1,
            max_size=12,
        )
    )
)
def test_expansion_gives_back_every_call(rows: list[Row]) -> None:
    assert same(rows, expand(compress(rows)))
