/* SPDX-License-Identifier: Apache-2.0 */
#include "memory_model.h"

#include <stdlib.h>
#include <string.h>

#define NO_LINE UINT32_MAX

struct memory *tvm_tiny_memory_new(const struct port *ports, uint32_t port_count,
                                   const struct cache_shape *caches, uint32_t cache_count)
{
    struct memory *m = calloc(1, sizeof *m);
    if (!m || port_count > MOST_PORTS || cache_count > MOST_CACHES) {
        free(m);
        return NULL;
    }
    m->port_count = port_count;
    m->cache_count = cache_count;
    memcpy(m->ports, ports, port_count * sizeof *ports);
    for (uint32_t i = 0; i < cache_count; i++) {
        struct cache *k = &m->caches[i];
        k->shape = caches[i];
        k->recent = k->filling = k->next = NO_LINE;
        k->lines = calloc((size_t)caches[i].ways * caches[i].sets, sizeof *k->lines);
        if (!k->lines) {
            tvm_tiny_memory_free(m);
            return NULL;
        }
    }
    return m;
}

void tvm_tiny_memory_free(struct memory *m)
{
    for (uint32_t i = 0; m && i < m->cache_count; i++) {
        free(m->caches[i].lines);
    }
    if (m) {
        free(m->sums);
    }
    free(m);
}

static const struct port *find_port(struct memory *m, uint32_t address, enum kind kind)
{
    const struct port *p = &m->ports[m->last[kind]];
    if (address >= p->origin && address < p->end) {
        return p;
    }
    for (uint32_t i = 0; i < m->port_count; i++) {
        p = &m->ports[i];
        if (address >= p->origin && address < p->end) {
            m->last[kind] = i;
            return p;
        }
    }
    return NULL;
}

/* Is the line there? It becomes the latest of its set either way. */
static bool take_line(struct cache *k, uint32_t line)
{
    uint32_t *set = k->lines + (size_t)(line & (k->shape.sets - 1u)) * k->shape.ways;
    uint32_t way = 0, last = k->shape.ways - 1u;
    while (way < last && set[way] != line + 1u) {
        way++;
    }
    bool there = set[way] == line + 1u;
    for (; way > 0; way--) {
        set[way] = set[way - 1u];
    }
    set[0] = line + 1u;
    return there;
}

static bool has_line(const struct cache *k, uint32_t line)
{
    const uint32_t *set = k->lines + (size_t)(line & (k->shape.sets - 1u)) * k->shape.ways;
    for (uint32_t way = 0; way < k->shape.ways; way++) {
        if (set[way] == line + 1u) {
            return true;
        }
    }
    return false;
}

static void wait_until(struct memory *m, struct waits *w, double at)
{
    if (at > m->now) {
        w->cycles += at - m->now;
        m->now = at;
    }
}

/* The memory begins to read a line; returns when its first beat is there. */
static double begin_fill(struct memory *m, struct cache *k, const struct port *p, double *filled)
{
    double *busy = &m->busy_until[p - m->ports];
    double beats = (double)((1u << (k->shape.line_shift - k->shape.beat_shift)) - 1u);
    double first = (*busy > m->now ? *busy : m->now) + p->first_cycles;
    *busy = *filled = first + beats * p->beat_cycles;
    return first;
}

static void prefetch(struct memory *m, struct cache *k, const struct port *p, uint32_t line)
{
    if (k->next != line && !has_line(k, line)) {
        double filled = 0;
        k->next = line;
        (void)begin_fill(m, k, p, &filled);
        k->next_at = filled;
    }
}

static void look_up(struct memory *m, struct cache *k, const struct port *p, struct waits *w,
                    uint32_t address, bool write)
{
    uint32_t line = address >> k->shape.line_shift;
    w->lookups++;
    if (line != k->recent) {
        bool there = take_line(k, line);
        k->recent = line;
        if (!there) {
            w->misses++;
            if (line == k->next) { /* on its way already */
                k->next = NO_LINE;
                wait_until(m, w, k->next_at);
            } else {
                k->filling = line;
                k->filling_from = address >> k->shape.beat_shift;
                k->first_at = begin_fill(m, k, p, &k->filled_at);
                if (!write) {
                    wait_until(m, w, k->first_at);
                }
            }
        }
        if (k->shape.prefetch) {
            prefetch(m, k, p, line + 1u);
        }
    }
    if (!write && line == k->filling && m->now < k->filled_at) {
        uint32_t beats = 1u << (k->shape.line_shift - k->shape.beat_shift);
        uint32_t beat = ((address >> k->shape.beat_shift) - k->filling_from) & (beats - 1u);
        wait_until(m, w, k->first_at + (double)beat * p->beat_cycles);
    }
}

void tvm_tiny_memory_fetch(struct memory *m, uint32_t address, uint32_t end, double cycles)
{
    const struct port *p = find_port(m, address, CODE);
    if (!p || p->code_cache < 0) {
        m->now += cycles;
        return;
    }
    struct cache *k = &m->caches[p->code_cache];
    struct waits *w = &m->open[p - m->ports][CODE];
    double per_byte = cycles / (double)(end - address);
    while (address < end) {
        uint32_t next = ((address >> k->shape.line_shift) + 1u) << k->shape.line_shift;
        uint32_t stop = next < end ? next : end;
        look_up(m, k, p, w, address, false);
        m->now += per_byte * (double)(stop - address);
        address = stop;
    }
}

void tvm_tiny_memory_data(struct memory *m, uint32_t address, bool write)
{
    const struct port *p = find_port(m, address, DATA);
    if (!p || p->data_cache < 0) {
        return;
    }
    struct cache *k = &m->caches[p->data_cache];
    if (!write || k->shape.write_allocate) {
        look_up(m, k, p, &m->open[p - m->ports][DATA], address, write);
    }
}

void tvm_tiny_memory_restart(struct memory *m)
{
    memset(m->open, 0, sizeof m->open);
}

static struct waits *find_sum(struct memory *m, int32_t layer, uint32_t port, uint32_t kind)
{
    for (size_t i = 0; i < m->sum_count; i++) {
        struct waits *s = &m->sums[i];
        if (s->layer == layer && s->port == port && s->kind == kind) {
            return s;
        }
    }
    if (m->sum_count == m->sum_room) {
        size_t room = m->sum_room ? 2u * m->sum_room : 64u;
        struct waits *sums = realloc(m->sums, room * sizeof *sums);
        if (!sums) {
            return NULL;
        }
        m->sums = sums;
        m->sum_room = room;
    }
    m->sums[m->sum_count] = (struct waits){.layer = layer, .port = port, .kind = kind};
    return &m->sums[m->sum_count++];
}

bool tvm_tiny_memory_commit(struct memory *m, int32_t layer)
{
    for (uint32_t port = 0; port < m->port_count; port++) {
        for (uint32_t kind = 0; kind < KINDS; kind++) {
            struct waits *open = &m->open[port][kind];
            if (open->lookups == 0) {
                continue;
            }
            struct waits *sum = find_sum(m, layer, port, kind);
            if (!sum) {
                return false;
            }
            sum->lookups += open->lookups;
            sum->misses += open->misses;
            sum->cycles += open->cycles;
            *open = (struct waits){0};
        }
    }
    return true;
}
