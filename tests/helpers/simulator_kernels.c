/* SPDX-License-Identifier: Apache-2.0 */
/* A mix of what compiled networks and their libraries do, to compare timing models on. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t count);
void *memset(void *to, int value, size_t count);
void reset_handler(void);

#define NOINLINE __attribute__((noinline))
#define CHANNELS 16
#define WIDTH 18
#define OUT 16

static int8_t image[WIDTH * WIDTH * CHANNELS], weights[CHANNELS * 9 * CHANNELS];
static int8_t result[OUT * OUT * CHANNELS];
static int32_t bias[CHANNELS], multiplier[CHANNELS], table[200];
static float reals[1024];
static uint8_t text[4096];
static volatile int32_t sink;

NOINLINE void tvm_tiny_bench_start(void) { __asm__ volatile("nop"); }
NOINLINE void tvm_tiny_bench_stop(void) { __asm__ volatile("nop\n nop"); }

static int8_t clamp(int32_t x) { return (int8_t)(x < -128 ? -128 : x > 127 ? 127 : x); }

NOINLINE static int32_t requantise(int32_t x, int32_t factor, int32_t shift)
{
    int32_t high = (int32_t)(((int64_t)x * factor + (1ll << 30)) >> 31);
    int32_t mask = (1 << shift) - 1, rest = high & mask;
    return (high >> shift) + (rest > (mask >> 1) + (high < 0));
}

NOINLINE static void convolve(const int8_t *x, const int8_t *w, int8_t *y)
{
    for (int i = 0; i < OUT * OUT; i++) {
        const int8_t *corner = x + (i / OUT * WIDTH + i % OUT) * CHANNELS;
        for (int o = 0; o < CHANNELS; o++) {
            int32_t sum = bias[o];
            for (int k = 0; k < 9 * CHANNELS; k++) {
                int at = (k / (3 * CHANNELS)) * WIDTH * CHANNELS + k % (3 * CHANNELS);
                sum += corner[at] * w[o * 9 * CHANNELS + k];
            }
            y[i * CHANNELS + o] = clamp(requantise(sum, multiplier[o], 7));
        }
    }
}

NOINLINE static void depthwise(const int8_t *restrict x, const int8_t *restrict w,
                               int8_t *restrict y)
{
    for (int i = 0; i < OUT * OUT; i++) {
        const int8_t *corner = x + (i / OUT * WIDTH + i % OUT) * CHANNELS;
        for (int c = 0; c < CHANNELS; c++) {
            int32_t sum = bias[c];
            for (int k = 0; k < 9; k++) {
                sum += corner[(k / 3 * WIDTH + k % 3) * CHANNELS + c] * w[k * CHANNELS + c];
            }
            y[i * CHANNELS + c] = clamp((int32_t)(((int64_t)sum * multiplier[c]) >> 38));
        }
    }
}

NOINLINE static int32_t pairs(const int8_t *a, const int8_t *b, int32_t count)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i += 4) {
        uint32_t x, y, x0, y0;
        __builtin_memcpy(&x, a + i, 4);
        __builtin_memcpy(&y, b + i, 4);
        __asm__("sxtb16 %0, %1" : "=r"(x0) : "r"(x));
        __asm__("sxtb16 %0, %1" : "=r"(y0) : "r"(y));
        __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(x0), "r"(y0));
        __asm__("sxtb16 %0, %1, ror #8" : "=r"(x0) : "r"(x));
        __asm__("sxtb16 %0, %1, ror #8" : "=r"(y0) : "r"(y));
        __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(x0), "r"(y0));
    }
    return sum;
}

NOINLINE static void floats(const float *in, int8_t *out, int32_t count)
{
    for (int32_t i = 0; i + 4 < count; i++) {
        float v = in[i] * in[i + 1] + in[i + 2] / (1.0f + in[i + 3] * in[i + 3]);
        out[i] = clamp((int32_t)(v < 0.0f ? v - 0.5f : v + 0.5f));
    }
}

NOINLINE static int32_t choose(int32_t x)
{
    switch (x & 7) {
    case 0: return x * 3;
    case 1: return x + 7;
    case 2: return x ^ 99;
    case 3: return x / 3;
    case 4: return -x;
    case 5: return x % 7;
    default: return x >> 1;
    }
}
NOINLINE static int32_t fibonacci(int32_t n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}
static int32_t (*const functions[2])(int32_t) = {choose, fibonacci};

NOINLINE static uint32_t checksum(const uint8_t *p, int32_t count)
{
    uint32_t sum = ~0u;
    while (count-- > 0) {
        sum ^= *p++;
        for (int k = 0; k < 8; k++) {
            sum = sum & 1 ? sum >> 1 ^ 0xEDB88320u : sum >> 1;
        }
    }
    return sum;
}

NOINLINE static void sort(int32_t *a, int32_t count)
{
    for (int32_t i = 1; i < count; i++) {
        int32_t v = a[i], j = i;
        for (; j > 0 && a[j - 1] > v; j--) {
            a[j] = a[j - 1];
        }
        a[j] = v;
    }
}

static void fill(void)
{
    for (size_t i = 0; i < sizeof image; i++) image[i] = (int8_t)(i * 37 + 11);
    for (size_t i = 0; i < sizeof weights; i++) weights[i] = (int8_t)(i * 101 + 7);
    for (int i = 0; i < CHANNELS; i++) bias[i] = i * 33, multiplier[i] = 0x40000000 + i * 1234567;
    for (int i = 0; i < 1024; i++) reals[i] = (float)(i % 257) * 0.3f - 30.0f;
    for (size_t i = 0; i < sizeof text; i++) text[i] = (uint8_t)(i * i + 13 * i);
    for (int i = 0; i < 200; i++) table[i] = i * 7919 % 1009;
}

void reset_handler(void)
{
    *(volatile uint32_t *)0xE000ED88 |= 0xFu << 20;
    __asm__ volatile("dsb\n isb");
    fill();
    tvm_tiny_bench_start();
    convolve(image, weights, result);
    depthwise(image, weights, result);
    for (int i = 0; i < 20; i++) sink += pairs(image + i, weights, 1024);
    floats(reals, result, 1024);
    for (int i = 0; i < 300; i++) sink += functions[i % 2](i % 9);
    sink += (int32_t)checksum(text, 1000);
    sort(table, 200);
    for (int i = 0; i < 20; i++) {
        memcpy(result + i, image + 3 * i, 900);
        memset(result, i, (size_t)(500 + i));
        for (int k = 0; k < 200; k++) text[k] = (uint8_t)(text[k + i] ^ k);
    }
    tvm_tiny_bench_stop();
    uint32_t block[2] = {0x20026, 0};
    register int32_t r0 __asm__("r0") = 0x20;
    register void *r1 __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    for (;;) { }
}
__attribute__((section(".vectors"), used)) void *const vectors[2] = {
    (void *)0x20400000, (void *)reset_handler};
