# SPDX-License-Identifier: Apache-2.0
"""What a tuning session writes, failed or killed at every write: nothing is lost that was said."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest
from faulty_disk import Killed, disk, every_fault

from tvm_tiny.errors import UsageError
from tvm_tiny.tuning.database import Provenance
from tvm_tiny.tuning.journal import Journal, TrialLine
from tvm_tiny.tuning.lock import LOCK, only_session
from tvm_tiny.tuning.programs import Outcome
from tvm_tiny.tuning.store import Store, session_info

OUTCOMES = [Outcome(100 + at, "d") for at in range(4)]


ABOUT = Provenance("cortex-m7", "clang 20", "-O2")


def line(at: int) -> TrialLine:
    return TrialLine(f"key{at}", f"layer{at}", "choice", OUTCOMES[at])


def fill(folder: Path) -> Journal:
    journal = Journal(folder)
    journal.add(line(0))
    journal.add(line(1))
    return journal


def test_every_fault_of_the_journal(tmp_path: Path) -> None:
    (tmp_path / "counted").mkdir()
    counted = fill(tmp_path / "counted")
    count = 0
    for number, (double, what) in enumerate(every_fault(lambda: counted.add(line(2)))):
        folder = tmp_path / str(number)
        folder.mkdir()
        journal = fill(folder)
        failed = False
        with disk(double):
            try:
                journal.add(line(2))
            except (UsageError, Killed):
                failed = True
        if failed and not double.dead:  # the same session goes on when there is room again
            journal.add(line(3))
        again = Journal(folder)
        assert [again.find(f"key{at}") for at in (0, 1)] == OUTCOMES[:2], what
        assert again.find("key2") in ((None, OUTCOMES[2]) if failed else (OUTCOMES[2],)), what
        again.add(line(3))
        assert Journal(folder).find("key3") == OUTCOMES[3], what
        count += 1
    assert count >= 12


def test_every_fault_of_a_session_s_beginning_and_end(tmp_path: Path) -> None:
    info = session_info("0" * 64, "net", 10, 1, "random")

    def work(folder: Path) -> None:
        store = Store(folder, ABOUT)
        store.begin(info, resume=True)
        store.end(info)

    for number, (double, what) in enumerate(every_fault(lambda: work(tmp_path / "counted"))):
        folder = tmp_path / str(number)
        with disk(double), contextlib.suppress(UsageError, Killed):
            work(folder)
        left = {p.name for p in folder.iterdir()} if folder.exists() else set[str]()
        if "provenance.json" not in left and left:
            for name in left:  # of a first write that was cut: the folder is as good as empty
                assert name.startswith("."), (what, name)
        work(folder)
        assert Store(folder, ABOUT).last_session() is not None, what


def test_a_lock_that_is_something_else(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / LOCK)
    with only_session(tmp_path):
        pass
    (tmp_path / LOCK).unlink()
    (tmp_path / LOCK).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError) as caught, only_session(tmp_path):
        pass
    assert caught.value.code == "TT6010"
    assert not (tmp_path / "elsewhere").exists()
