# SPDX-License-Identifier: Apache-2.0
"""The code of docs/rtos.md, compiled as it stands and run from threads of this computer."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from formats_harness import printed, run
from paths import ROOT

import tvm_tiny
from tvm_tiny.testing.models import tiny_convnet

THREADS = """\
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <string.h>
"""
MACHINE = """\
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
void lock(void) { (void)pthread_mutex_lock(&mutex); }
void unlock(void) { (void)pthread_mutex_unlock(&mutex); }
static void fill(int8_t *image, uint32_t n) {
  uint32_t i;
  for (i = 0; i < MODEL_IMAGE_COUNT; i++) {
    image[i] = (int8_t)((int32_t)((i * 37u + n * 11u) & 255u) - 128);
  }
}
static uint32_t images;
static void show(uint32_t n, const int8_t *scores) {
  uint32_t i;
  printf("%u", n);
  for (i = 0; i < MODEL_PROBABILITIES_COUNT; i++) printf(" %d", scores[i]);
  printf("\\n");
}
void wait_for_image(int8_t *image) {
  if (images == 2) pthread_exit(NULL);
  fill(image, images++);
}
void publish(const int8_t *scores) { show(images - 1, scores); }
#define RUNS 40
static void *first_kind(void *unused) { classify_task(unused); return NULL; }
static void *own_arena(void *given) {
  struct worker *own = given;
  int8_t first[MODEL_PROBABILITIES_COUNT];
  int n;
  for (n = 0; n < RUNS; n++) {
    if (work(own) != 0) return "status";
    if (n == 0) memcpy(first, own->scores, sizeof(first));
    if (memcmp(first, own->scores, sizeof(first)) != 0) return "differs";
  }
  return NULL;
}
static void *shared_arena(void *given) {
  struct worker *own = given;
  int n;
  for (n = 0; n < RUNS; n++)
    if (classify_shared(own->image, own->scores) != 0) return "status";
  return NULL;
}
static struct worker workers[4];
int main(void) {
  pthread_t threads[4];
  void *said;
  uint32_t i;
  (void)pthread_create(&threads[0], NULL, first_kind, NULL);
  (void)pthread_join(threads[0], NULL);
  for (i = 0; i < 4; i++) {
    fill(workers[i].image, i);
    (void)pthread_create(&threads[i], NULL, i < 2 ? own_arena : shared_arena, &workers[i]);
  }
  for (i = 0; i < 4; i++) {
    (void)pthread_join(threads[i], &said);
    if (said != NULL) return puts((const char *)said), 1;
    show(i, workers[i].scores);
  }
  return 0;
}
"""


def test_the_pages_code_runs_from_several_tasks(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "rtos.md").read_text()
    blocks = re.findall(r"```c\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 3
    artifact = tvm_tiny.build(tiny_convnet(), name="model", optimize="speed")
    artifact.save(tmp_path)
    (tmp_path / "tasks.c").write_text("\n".join([THREADS, *blocks, MACHINE]))
    sources = sorted((tmp_path / "src").glob("*.c"))
    flags = "-std=c11 -O1 -Wall -Wextra -Werror -Wno-misleading-indentation -pthread"
    run(["cc", *flags.split(), "-Iinclude", "-Isrc", "tasks.c", *sources, "-o", "tasks"], tmp_path)
    n, i = np.mgrid[0:4, 0 : 32 * 32 * 3]
    images = (((i * 37 + n * 11) & 255) - 128).astype(np.int8).reshape(4, 1, 32, 32, 3)
    scores = artifact.run(images, "host").output.reshape(4, -1)
    order = (0, 1, 0, 1, 2, 3)  # one task with two images, then two pairs at once
    assert printed(run(["./tasks"], tmp_path)) == [int(x) for k in order for x in (k, *scores[k])]
