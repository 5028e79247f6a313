/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memcpy, memmove and memset for programs without a C library: compilers call them for large
 * copies. Leave this file out if your project has a C library.
 *
 * To be compiled with -fno-builtin (and GCC's -fno-tree-loop-distribute-patterns): otherwise the
 * compiler sees a copy in the loop below and makes it a call of memcpy.
 */
#include <stddef.h>
#include <stdint.h>

#define WORD 4u

/* __packed words: the compiler may use LDR and STR, which take any address, but never LDM. */
struct word {
    uint32_t value;
} __attribute__((packed, may_alias));

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int value, size_t n);

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    unsigned char *d = to;
    const unsigned char *s = from;
    /* Align the destination: unaligned loads are cheaper than unaligned stores. */
    while (n != 0 && ((uintptr_t)d & (WORD - 1u)) != 0) {
        *d++ = *s++;
        n--;
    }
    while (n >= 4u * WORD) {
        const struct word *from_words = (const struct word *)(const void *)s;
        struct word *to_words = (struct word *)(void *)d;
        uint32_t w0 = from_words[0].value, w1 = from_words[1].value;
        uint32_t w2 = from_words[2].value, w3 = from_words[3].value;
        to_words[0].value = w0;
        to_words[1].value = w1;
        to_words[2].value = w2;
        to_words[3].value = w3;
        d += 4u * WORD;
        s += 4u * WORD;
        n -= 4u * WORD;
    }
    while (n != 0) {
        *d++ = *s++;
        n--;
    }
    return to;
}

void *memmove(void *to, const void *from, size_t n)
{
    unsigned char *d = to;
    const unsigned char *s = from;
    if ((uintptr_t)d - (uintptr_t)s >= n && (uintptr_t)s - (uintptr_t)d >= n) {
        return memcpy(to, from, n); /* apart */
    }
    if ((uintptr_t)d < (uintptr_t)s) {
        while (n != 0) {
            *d++ = *s++;
            n--;
        }
    } else {
        while (n != 0) {
            n--;
            d[n] = s[n];
        }
    }
    return to;
}

void *memset(void *to, int value, size_t n)
{
    unsigned char *d = to;
    uint32_t word = (uint32_t)(unsigned char)value * 0x01010101u;
    while (n != 0 && ((uintptr_t)d & (WORD - 1u)) != 0) {
        *d++ = (unsigned char)value;
        n--;
    }
    while (n >= WORD) {
        ((struct word *)(void *)d)->value = word;
        d += WORD;
        n -= WORD;
    }
    while (n != 0) {
        *d++ = (unsigned char)value;
        n--;
    }
    return to;
}

#if defined(__ARM_EABI__)
/* The names of the Arm run-time ABI, section 4.3.4; clang calls these. Note memset's order. */
#define ALIAS(name, of) void *name(void *, const void *, size_t) __attribute__((alias(#of)))
ALIAS(__aeabi_memcpy, memcpy);
ALIAS(__aeabi_memcpy4, memcpy);
ALIAS(__aeabi_memcpy8, memcpy);
ALIAS(__aeabi_memmove, memmove);
ALIAS(__aeabi_memmove4, memmove);
ALIAS(__aeabi_memmove8, memmove);

static void *set(void *to, size_t n, int value) __attribute__((used));
static void *set(void *to, size_t n, int value)
{
    return memset(to, value, n);
}
void *__aeabi_memset(void *, size_t, int) __attribute__((alias("set")));
void *__aeabi_memset4(void *, size_t, int) __attribute__((alias("set")));
void *__aeabi_memset8(void *, size_t, int) __attribute__((alias("set")));

static void *clear(void *to, size_t n) __attribute__((used));
static void *clear(void *to, size_t n)
{
    return memset(to, 0, n);
}
void *__aeabi_memclr(void *, size_t) __attribute__((alias("clear")));
void *__aeabi_memclr4(void *, size_t) __attribute__((alias("clear")));
void *__aeabi_memclr8(void *, size_t) __attribute__((alias("clear")));
#endif
