/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts what a simulated program executes, at native speed: compiled for the host by
 * tvm_tiny.simulator.native and called by unicorn through its C hooks.
 *
 * A block here is static: from the address that was jumped to, up to and including the next
 * instruction that can change the flow of control (Python says where, once per block). How the
 * emulator cuts its translations (page ends, size limits) therefore does not show in the numbers.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "memory_model.h"

#define BUCKETS 8192u
#define NOWHERE UINT64_MAX
#define OUTSIDE_LAYERS (-1)
#define MEMORY_WRITE 17   /* UC_MEM_WRITE */
#define REGISTER_PC 11    /* UC_ARM_REG_PC */
#define REGISTER_R0 66    /* UC_ARM_REG_R0 */
#define REGISTER_XPSR 120 /* UC_ARM_REG_XPSR */
#define IT_STATE 0x0600fc00u

/* Finds the block that begins at address; returns 0 if there is one. */
typedef int (*describe_function)(uint32_t address, uint32_t *end, uint32_t *last, double *cycles);
typedef int (*register_function)(void *engine, int id, void *value);

typedef int (*stop_function)(void *engine);

/* Sums of one block within one layer. The layout is known to native.py. */
struct tally {
    uint32_t address;
    int32_t layer;
    uint64_t count, taken, mispredicted, repeated, unaligned_loads;
};

/* Accesses of one instruction of one block. The layout is known to native.py. */
struct access {
    uint32_t block, instruction;
    uint64_t loads, other_bank, unaligned_loads, unaligned_stores, off_word;
};

struct record {
    struct tally sums;
    struct record *next;
};

struct branch { /* predictor entry: a 2-bit counter and the last target */
    struct branch *next;
    uint32_t address, target;
    int strength;
};

struct block {
    struct block *next, *next_touched;
    uint32_t address, end;
    double cycles; /* about: says when what comes next is fetched */
    bool touched;
    struct branch *branch;
    struct tally open; /* since the last layer marker */
    struct record *records;
    struct access *accesses; /* one per half word */
};

struct counter {
    void *engine;
    register_function read_register, write_register;
    describe_function describe;
    stop_function stop_engine;
    uint64_t executed, limit; /* half words of code; a limit of 0 is none */
    uint64_t start, stop, marker, reached;
    uint32_t region, regions, last_load;
    bool active, failed;
    struct block *current, *touched, *blocks[BUCKETS];
    struct branch *branches[BUCKETS];
    struct memory *memory; /* NULL: memories answer at once */
};

static unsigned bucket_of(uint32_t address)
{
    return (address >> 1) % BUCKETS;
}

static struct branch *find_branch(struct counter *c, uint32_t address)
{
    struct branch **head = &c->branches[bucket_of(address)], *b;
    for (b = *head; b; b = b->next) {
        if (b->address == address) {
            return b;
        }
    }
    b = calloc(1, sizeof *b);
    if (b) {
        b->address = address;
        b->strength = 1;
        b->next = *head;
        *head = b;
    }
    return b;
}

static struct block *make_block(struct counter *c, uint32_t address)
{
    uint32_t end = 0, last = 0;
    double cycles = 0;
    if (c->describe(address, &end, &last, &cycles) != 0 || end <= address) {
        return NULL;
    }
    struct block *b = calloc(1, sizeof *b);
    if (!b) {
        return NULL;
    }
    b->address = b->open.address = address;
    b->end = end;
    b->cycles = cycles;
    b->branch = find_branch(c, last);
    b->accesses = calloc((end - address) / 2, sizeof *b->accesses);
    if (!b->branch || !b->accesses) {
        free(b->accesses);
        free(b);
        return NULL;
    }
    b->next = c->blocks[bucket_of(address)];
    c->blocks[bucket_of(address)] = b;
    return b;
}

static struct block *find_block(struct counter *c, uint32_t address)
{
    struct block *b = c->blocks[bucket_of(address)];
    while (b && b->address != address) {
        b = b->next;
    }
    return b ? b : make_block(c, address);
}

/* Adds what is open to the sums of a layer. */
static void commit(struct counter *c, int32_t layer)
{
    if (c->memory && !tvm_tiny_memory_commit(c->memory, layer)) {
        c->failed = true;
    }
    for (struct block *b = c->touched; b; b = b->next_touched) {
        struct record *r = b->records;
        while (r && r->sums.layer != layer) {
            r = r->next;
        }
        if (!r) {
            r = calloc(1, sizeof *r);
            if (!r) {
                c->failed = true;
                return;
            }
            r->sums.address = b->address;
            r->sums.layer = layer;
            r->next = b->records;
            b->records = r;
        }
        r->sums.count += b->open.count;
        r->sums.taken += b->open.taken;
        r->sums.mispredicted += b->open.mispredicted;
        r->sums.repeated += b->open.repeated;
        r->sums.unaligned_loads += b->open.unaligned_loads;
        b->open = (struct tally){.address = b->address};
        b->touched = false;
    }
    c->touched = NULL;
}

/* Control went from block b to address: was it predicted? */
static void follow(struct block *b, uint32_t address)
{
    struct branch *p = b->branch;
    bool expected = p->strength > 1;
    if (address == b->end) {
        b->open.mispredicted += expected;
        p->strength -= p->strength > 0;
    } else {
        b->open.taken++;
        b->open.mispredicted += !expected || p->target != address;
        p->strength += p->strength < 3;
        p->target = address;
    }
    b->open.repeated += b->address == address;
}

static void switch_region(struct counter *c, uint32_t address)
{
    if (c->active && address == c->stop) {
        commit(c, OUTSIDE_LAYERS);
        c->active = false;
        c->current = NULL;
    }
    if (!c->active && address == c->start) {
        c->regions++;
        c->active = c->region == 0 || c->regions == c->region;
        c->current = NULL;
        if (c->active && c->memory) {
            tvm_tiny_memory_restart(c->memory);
        }
    }
}

void tvm_tiny_counter_block(void *engine, uint64_t where, uint32_t size, void *data)
{
    struct counter *c = data;
    uint32_t address = (uint32_t)where;
    if (c->current && c->reached < c->current->end && c->reached == where) {
        c->reached += size; /* the emulator cut the block here */
        return;
    }
    if (address == c->start || address == c->stop) {
        switch_region(c, address);
    }
    if (!c->active) {
        if (c->memory) { /* the caches fill before the count begins */
            tvm_tiny_memory_fetch(c->memory, address, address + size, (double)size / 2.0);
        }
        return;
    }
    if (c->current) {
        follow(c->current, address);
    }
    if (address == c->marker) {
        uint32_t layer = 0;
        c->read_register(engine, REGISTER_R0, &layer);
        commit(c, (int32_t)layer);
    }
    struct block *b = find_block(c, address);
    c->current = b;
    c->reached = where + size;
    if (!b) {
        c->failed = true;
        return;
    }
    b->open.count++;
    if (c->memory) {
        tvm_tiny_memory_fetch(c->memory, address, b->end, b->cycles);
    }
    c->executed += (b->end - b->address) / 2;
    if (c->limit != 0 && c->executed > c->limit) {
        c->stop_engine(engine);
    }
    if (!b->touched) {
        b->touched = true;
        b->next_touched = c->touched;
        c->touched = b;
    }
}

/*
 * For a memory hook unicorn 2.1 restores the state at the instruction, and within an IT block
 * leaves the IT state set when it goes on: the next block would then run as if it were predicated.
 */
static void end_it_block(struct counter *c, void *engine)
{
    uint32_t xpsr = 0;
    c->read_register(engine, REGISTER_XPSR, &xpsr);
    if (xpsr & IT_STATE) {
        xpsr &= ~IT_STATE;
        c->write_register(engine, REGISTER_XPSR, &xpsr);
    }
}

void tvm_tiny_counter_memory(void *engine, int type, uint64_t where, int size, int64_t value,
                             void *data)
{
    struct counter *c = data;
    struct block *b = c->current;
    uint32_t address = (uint32_t)where, pc = 0;
    (void)value;
    end_it_block(c, engine);
    if (c->memory) {
        tvm_tiny_memory_data(c->memory, address, type == MEMORY_WRITE);
    }
    if (!b) {
        return;
    }
    c->read_register(engine, REGISTER_PC, &pc);
    pc &= ~1u;
    if (pc < b->address || pc >= b->end) {
        c->failed = true;
        return;
    }
    struct access *a = &b->accesses[(pc - b->address) / 2];
    bool unaligned = (address & ((uint32_t)size - 1u)) != 0;
    a->block = b->address;
    a->instruction = pc;
    a->off_word += size >= 4 && (address & 3u) != 0;
    if (type == MEMORY_WRITE) {
        a->unaligned_stores += unaligned;
        return;
    }
    a->loads++;
    a->unaligned_loads += unaligned;
    b->open.unaligned_loads += unaligned;
    a->other_bank += (address ^ c->last_load) >> 2 & 1u;
    c->last_load = address;
}

/*
 * start, stop and marker: addresses, or all ones for none; region and limit: 0 for none; memory: NULL
 * for none, else the counter's from now on.
 */
struct counter *tvm_tiny_counter_new(void *engine, register_function read_register,
                                     register_function write_register, describe_function describe,
                                     uint64_t start, uint64_t stop, uint64_t marker,
                                     uint32_t region, stop_function stop_engine, uint64_t limit,
                                     struct memory *memory)
{
    struct counter *c = calloc(1, sizeof *c);
    if (c) {
        c->engine = engine;
        c->read_register = read_register;
        c->write_register = write_register;
        c->describe = describe;
        c->start = start;
        c->stop = stop;
        c->marker = marker;
        c->region = region;
        c->stop_engine = stop_engine;
        c->limit = limit;
        c->active = start == NOWHERE;
        c->memory = memory;
    }
    return c;
}

/* Ends the count; returns how many regions were seen, or UINT32_MAX if counting failed. */
uint32_t tvm_tiny_counter_finish(struct counter *c)
{
    commit(c, OUTSIDE_LAYERS);
    c->active = false;
    c->current = NULL;
    return c->failed ? UINT32_MAX : c->regions;
}

/* Whether the program was stopped at the limit. */
bool tvm_tiny_counter_exceeded(const struct counter *c)
{
    return c->limit != 0 && c->executed > c->limit;
}

/* Writes up to capacity tallies to out; returns how many there are. */
size_t tvm_tiny_counter_tallies(const struct counter *c, struct tally *out, size_t capacity)
{
    size_t n = 0;
    for (unsigned i = 0; i < BUCKETS; i++) {
        for (const struct block *b = c->blocks[i]; b; b = b->next) {
            for (const struct record *r = b->records; r; r = r->next, n++) {
                if (n < capacity) {
                    out[n] = r->sums;
                }
            }
        }
    }
    return n;
}

/* Writes up to capacity access records to out; returns how many there are. */
size_t tvm_tiny_counter_accesses(const struct counter *c, struct access *out, size_t capacity)
{
    size_t n = 0;
    for (unsigned i = 0; i < BUCKETS; i++) {
        for (const struct block *b = c->blocks[i]; b; b = b->next) {
            for (uint32_t k = 0; k < (b->end - b->address) / 2; k++) {
                const struct access *a = &b->accesses[k];
                if (a->instruction == 0 && a->block == 0) {
                    continue;
                }
                if (n < capacity) {
                    out[n] = *a;
                }
                n++;
            }
        }
    }
    return n;
}

/* Writes up to capacity sums of waits to out; returns how many there are. */
size_t tvm_tiny_counter_waits(const struct counter *c, struct waits *out, size_t capacity)
{
    size_t n = c->memory ? c->memory->sum_count : 0;
    for (size_t i = 0; i < n && i < capacity; i++) {
        out[i] = c->memory->sums[i];
    }
    return n;
}

void tvm_tiny_counter_free(struct counter *c)
{
    if (c) {
        tvm_tiny_memory_free(c->memory);
    }
    for (unsigned i = 0; c && i < BUCKETS; i++) {
        for (struct block *b = c->blocks[i], *next; b; b = next) {
            next = b->next;
            for (struct record *r = b->records, *after; r; r = after) {
                after = r->next;
                free(r);
            }
            free(b->accesses);
            free(b);
        }
        for (struct branch *p = c->branches[i], *next; p; p = next) {
            next = p->next;
            free(p);
        }
    }
    free(c);
}
