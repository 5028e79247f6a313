/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a core waits for its memories: lines of caches and buffers, counted from the addresses that
 * the simulator sees. The rules are those of tvm_tiny/simulator/memory.py, which says why.
 */
#ifndef TVM_TINY_MEMORY_MODEL_H
#define TVM_TINY_MEMORY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOST_PORTS 16u
#define MOST_CACHES 34u

enum kind { CODE, DATA, KINDS };

/* A memory. The layout is known to native.py. */
struct port {
    uint32_t origin, end;
    int32_t code_cache, data_cache; /* in front of it; -1: it answers at once */
    double first_cycles, beat_cycles;
};

/* The layout is known to native.py. */
struct cache_shape {
    uint32_t line_shift, ways, sets, beat_shift, prefetch, write_allocate;
};

struct cache {
    struct cache_shape shape;
    uint32_t *lines; /* of every set the latest first; line number + 1, 0: empty */
    uint32_t recent, filling, filling_from, next;
    double first_at, filled_at, next_at;
};

/* What one layer waited. The layout is known to native.py. */
struct waits {
    int32_t layer;
    uint32_t port, kind;
    uint64_t lookups, misses;
    double cycles;
};

struct memory {
    struct port ports[MOST_PORTS];
    struct cache caches[MOST_CACHES];
    uint32_t port_count, cache_count;
    double busy_until[MOST_PORTS], now;
    struct waits open[MOST_PORTS][KINDS];
    struct waits *sums;
    size_t sum_count, sum_room;
    uint32_t last[KINDS];
};

struct memory *tvm_tiny_memory_new(const struct port *ports, uint32_t port_count,
                                   const struct cache_shape *caches, uint32_t cache_count);
void tvm_tiny_memory_free(struct memory *m);

/* Code of [address, end) runs and takes cycles. */
void tvm_tiny_memory_fetch(struct memory *m, uint32_t address, uint32_t end, double cycles);
void tvm_tiny_memory_data(struct memory *m, uint32_t address, bool write);

/* Forgets what was counted, but not what the caches hold. */
void tvm_tiny_memory_restart(struct memory *m);

/* Adds what was counted since the last time to a layer; false: out of memory. */
bool tvm_tiny_memory_commit(struct memory *m, int32_t layer);

#endif
