# SPDX-License-Identifier: Apache-2.0
"""Tuning: the space, databases and what a build takes from them, one short session."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from tuning_models import TRIALS, found, small_model

import tvm_tiny
from tvm_tiny.errors import DeviceError, UsageError
from tvm_tiny.frontends.loader import load
from tvm_tiny.operators.base import lookup
from tvm_tiny.pipeline import integer_graph
from tvm_tiny.schedules import tuning_rules
from tvm_tiny.schedules.rule import Declined, Scheduled
from tvm_tiny.targets import load_core
from tvm_tiny.testing.models import autoencoder, tiny_convnet
from tvm_tiny.tuning import OFF, Database, TuneResult, load_database, shipped_database, tune
from tvm_tiny.tuning.database import Entry, Provenance, differences, provenance_now
from tvm_tiny.tuning.journal import Journal, TrialLine
from tvm_tiny.tuning.lock import only_session
from tvm_tiny.tuning.programs import BuildJob, Outcome, build_program, run_bytes
from tvm_tiny.tuning.space import (
    Choice,
    choice_of,
    chosen_schedule,
    default_choice,
    make_space,
    realise,
)
from tvm_tiny.tuning.workloads import Task, make_tasks, workload_key

CORE = "cortex-m7"


@pytest.fixture(scope="module")
def tasks() -> tuple[Task, ...]:
    return make_tasks(integer_graph(load(tiny_convnet()).module))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> TuneResult:
    return tune(small_model(), CORE, database=tmp_path_factory.mktemp("db"), trials=TRIALS, seed=5)


def test_equal_kernels_are_one_task(tasks: tuple[Task, ...]) -> None:
    again = make_tasks(integer_graph(load(tiny_convnet(seed=9)).module))
    shapes = {t.key for t in tasks}
    # other weights: the same kernels where no zero point differs
    assert len(shapes) == len(tasks) == len(again)
    assert {t.node.op for t in tasks} >= {"conv2d", "depthwise_conv2d", "add", "softmax"}
    assert all(
        t.digest != a.digest for t, a in zip(tasks, again, strict=True) if t.node.op == "conv2d"
    )


@pytest.mark.parametrize("core", ["cortex-m7", "cortex-m3"])
def test_every_choice_is_realised_and_read_back(tasks: tuple[Task, ...], core: str) -> None:
    for task in tasks:
        space = make_space(task.node, load_core(core))
        assert space.default.rule in {name for name, _ in space.rules}
        for rule, knobs in space.rules:
            last = Choice(rule, tuple(sorted((k, v[-1]) for k, v in knobs.items())))
            assert isinstance(realise(last, task.node, load_core(core)), Scheduled), (
                task.name,
                last,
            )
            choice, plain = choice_of(chosen_schedule(space, task.module, last).mod)
            assert (choice, workload_key(plain)) == (last, task.key)


def test_no_knobs_is_the_rules_own_choice(tasks: tuple[Task, ...]) -> None:
    for task in tasks:
        for rule in tuning_rules(load_core(CORE)):
            kernel = lookup(task.node.op).kernel(task.node)
            own = rule.wrong_type(task.node) or rule.apply(kernel, task.node, load_core(CORE))
            first = Choice(
                rule.name, tuple(sorted((k, v[0]) for k, v in rule.knobs(task.node).items()))
            )
            chosen = realise(first, task.node, load_core(CORE))
            assert type(own) is type(chosen)
            if (
                isinstance(own, Scheduled)
                and isinstance(chosen, Scheduled)
                and rule.name != "tiled"
            ):
                assert own.why == chosen.why


def test_unknown_rules_and_values_decline(tasks: tuple[Task, ...]) -> None:
    node = tasks[0].node
    for choice, why in (
        (Choice("gone"), "no such rule"),
        (Choice("plain", (("unroll", 3),)), "no unroll=3"),
        (Choice("plain", (("turbo", 1),)), "no turbo=1"),
    ):
        got = realise(choice, node, load_core(CORE))
        assert isinstance(got, Declined)
        assert why in got.reason


def _database(node_task: Task, choice: Choice, **change: object) -> Database:
    entry = Entry(node_task.key, node_task.node.op, choice.rule, dict(choice.knobs), 1, 2)
    provenance = msgspec.structs.replace(provenance_now(CORE, "auto", "-O2"), **change)
    return Database("test", provenance, {entry.workload: entry})


def test_builds_take_what_was_tuned_and_say_so(tasks: tuple[Task, ...], tmp_path: Path) -> None:
    stem = next(t for t in tasks if t.node.op == "conv2d")
    choice = Choice("tiled", (("channels", 2), ("pixels", 1), ("unroll", 1)))
    path = tmp_path / "tuned.json"
    _database(stem, choice).save(path)
    artifact = tvm_tiny.build(tiny_convnet(), CORE, database=path)
    origins = {layer.op: layer.origin for layer in artifact.report.layers}
    by_name = {layer.name: layer for layer in artifact.report.layers}
    assert (by_name["stem"].origin, by_name["stem"].schedule) == ("tuned", "tiled")
    assert by_name["block/pointwise"].origin == "rule"
    assert origins["softmax"] == "fallback"
    without = tvm_tiny.build(tiny_convnet(), CORE, database=OFF).compiled.schedules
    assert {s.origin for s in without.values()} == {"rule", "fallback"}
    assert artifact.validate(samples=1).bit_exact


def test_entries_that_no_longer_apply_are_noted(tasks: tuple[Task, ...], tmp_path: Path) -> None:
    stem = next(t for t in tasks if t.node.op == "conv2d")
    path = tmp_path / "tuned.json"
    _database(stem, Choice("forgotten")).save(path)
    artifact = tvm_tiny.build(tiny_convnet(), CORE, database=path)
    kernel = artifact.compiled.emitted.layer_kernels[stem.node.name]
    assert (kernel.origin, kernel.rule) == ("rule", default_choice(stem.node, load_core(CORE)).rule)
    assert next((d.rule, d.reason) for d in kernel.declined) == ("tuned forgotten", "no such rule")


@pytest.mark.parametrize(
    "change", [{"target": "cortex-m4"}, {"compiler": "zig 0.1"}, {"space": 0}, {"opt": "-Os"}]
)
def test_databases_of_something_else_are_refused(
    tasks: tuple[Task, ...], tmp_path: Path, change: dict[str, object]
) -> None:
    path = tmp_path / "other.json"
    _database(tasks[0], Choice("plain"), **change).save(path)
    with pytest.raises(UsageError, match=next(iter(change))) as caught:
        tvm_tiny.build(tiny_convnet(), CORE, database=path)
    assert caught.value.code == "TT6101"


def test_damaged_databases_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text('{"provenance": 3}')
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "something").write_text("else")
    for path in (tmp_path / "file.json", folder, tmp_path / "absent"):
        with pytest.raises(UsageError) as caught:
            load_database(path)
        assert caught.value.code == "TT6102"
    with pytest.raises(UsageError) as caught:
        tune(small_model(), CORE, database=folder, trials=1)
    assert caught.value.code == "TT6102"
    assert [p.name for p in folder.iterdir()] == ["something"]


def test_a_flash_build_takes_nothing_tuned_for_speed(
    tasks: tuple[Task, ...], tmp_path: Path
) -> None:
    path = tmp_path / "tuned.json"
    _database(tasks[0], Choice("plain")).save(path)
    artifact = tvm_tiny.build(tiny_convnet(), CORE, optimize="flash", database=path)
    assert any("tuning database not used" in note for note in artifact.options.notes)
    assert all(s.origin != "tuned" for s in artifact.compiled.schedules.values())


def test_only_speed_builds_take_more_workspace(tmp_path: Path) -> None:
    model = autoencoder(64)
    task = make_tasks(integer_graph(load(model).module))[0]
    assert default_choice(task.node, load_core(CORE)) == Choice("dsp-vector")
    path = tmp_path / "tuned.json"
    _database(task, Choice("dsp-matrix")).save(path)
    for optimize, rule in (("speed", "dsp-matrix"), ("balanced", "dsp-vector")):
        artifact = tvm_tiny.build(model, CORE, optimize=optimize, database=path)
        assert artifact.compiled.schedules[task.node.name].rule == rule
    why = artifact.compiled.schedules[task.node.name].declined[0]
    assert why.rule == "tuned dsp-matrix"
    assert "workspace" in why.reason


@pytest.mark.parametrize("core", ["cortex-m7", "cortex-m4"])
def test_shipped_databases_name_rules_and_knobs_that_exist(core: str) -> None:
    path = shipped_database(core)
    assert path is not None
    database = load_database(path)
    rules = {rule.name for rule in tuning_rules(load_core(core))}
    assert database.provenance.target == core
    assert not differences(database.provenance, provenance_of_now(database.provenance))
    for entry in database.entries.values():
        assert entry.rule in rules
        assert 0 < entry.cycles < entry.default_cycles


def provenance_of_now(have: Provenance) -> Provenance:
    """Provenance of now, but for the compiler, which may not be installed here."""
    return Provenance(have.target, have.compiler, "-O2")


def test_a_session_measures_and_keeps_what_it_measured(session: TuneResult) -> None:
    assert session.trials == TRIALS
    assert session.curve[len(session.kernels) - 1 :] == tuple(
        sorted(session.curve[len(session.kernels) - 1 :], reverse=True)
    )
    assert session.best_cycles == session.curve[-1] <= session.default_cycles
    assert all(k.failed == 0 for k in session.kernels)
    stored = load_database(session.folder, provenance_now(CORE, "auto", "-O2"))
    best = {k.task.key: (k.best_cycles, str(k.best)) for k in session.kernels}
    assert {k: (e.cycles, str(e.choice)) for k, e in stored.entries.items()} == best


def test_the_same_seed_gives_the_same_session(session: TuneResult, tmp_path: Path) -> None:
    again = tune(small_model(), CORE, database=tmp_path, trials=TRIALS, seed=5, workers=1)
    assert found(again) == found(session)


def test_a_finished_session_repeats_from_its_journal(session: TuneResult) -> None:
    again = tune(small_model(), CORE, database=session.folder, trials=TRIALS, seed=5)
    assert found(again) == found(session)
    assert again.repeated >= TRIALS
    lines = (session.folder / "trials.jsonl").read_text().splitlines()
    assert len({json.loads(line)["key"] for line in lines}) == len(lines)


def test_sessions_refuse_folders_of_others(session: TuneResult) -> None:
    with pytest.raises(UsageError, match="tuned for cortex-m7, used for cortex-m4") as caught:
        tune(small_model(), "cortex-m4", database=session.folder, trials=1)
    assert caught.value.code == "TT6101"


def test_one_session_at_a_time_in_a_folder(tmp_path: Path) -> None:
    with only_session(tmp_path), pytest.raises(UsageError) as caught, only_session(tmp_path):
        pass
    assert caught.value.code == "TT6105"
    with only_session(tmp_path):  # free again
        assert (tmp_path / "lock").exists()


def test_a_session_takes_the_lock_of_its_folder(session: TuneResult) -> None:
    with only_session(session.folder), pytest.raises(UsageError) as caught:
        tune(small_model(), CORE, database=session.folder, trials=TRIALS, seed=5)
    assert caught.value.code == "TT6105"


def test_a_candidate_that_runs_too_long_fails_alike_everywhere(tasks: tuple[Task, ...]) -> None:
    job = BuildJob(tasks[0].node, Choice("plain"), CORE, "simulator", "auto", "-O2", 5000)
    (first, second) = (run_bytes(build_program(job)) for _ in range(2))
    outcome = msgspec.msgpack.decode(first, type=Outcome)
    assert first == second
    assert (outcome.cycles, outcome.digest) == (None, "")
    assert "more than 5,000 half words of code" in outcome.error


@pytest.mark.parametrize("runner", ["board", "board:nucleo-f767zi"])
def test_the_board_runner_needs_a_board(tmp_path: Path, runner: str) -> None:
    with pytest.raises(DeviceError) as caught:
        tune(small_model(), CORE, database=tmp_path, runner=runner, trials=1)
    assert caught.value.code == "TT5002"


@pytest.mark.slow
@pytest.mark.qemu
@pytest.mark.skipif(not shutil.which("qemu-system-arm"), reason="no QEMU")
def test_trials_through_the_device_firmware(tmp_path: Path) -> None:
    result = tune(small_model(), CORE, database=tmp_path, runner="board:mps2-an500", trials=4)
    assert [k.default_cycles for k in result.kernels] != []
    for kernel in result.kernels:
        assert 1000 < (kernel.best_cycles or 0) <= (kernel.default_cycles or 0) < 100_000


def test_what_cannot_be_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        tune(small_model(), CORE, database=tmp_path, runner="abacus", trials=0, cost_model="oracle")
    assert caught.value.code == "TT6104"
    assert len(caught.value.problems) == 3


def test_a_line_cut_off_by_a_crash_is_passed_over(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add(TrialLine("a", "layer", "plain", Outcome(5, "d")))
    with (tmp_path / "trials.jsonl").open("a") as file:
        file.write('{"key":"b","lay')
    journal = Journal(tmp_path)
    journal.add(TrialLine("c", "layer", "plain", Outcome(7, "d")))
    again = Journal(tmp_path)
    assert (again.find("a"), again.find("b"), again.find("c")) == (
        Outcome(5, "d"),
        None,
        Outcome(7, "d"),
    )
