// The loops for processors with AVX-512 (F, BW, DQ, VL) that also multiply bytes (VNNI) and pairs of bfloat16 (BF16).

#include "kernels/prelude.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define BYTE_PRODUCTS
#define PAIR_PRODUCTS
#define KERNEL_SET tessera_kernels_avx512bf16
#define KERNEL_NAME "avx512bf16"
#include "kernels/avx512.inc"

#include <time.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bf16"))), apply_to = function)

// The seconds that products of vectors of pairs, or of floats, take: enough independent ones that none waits for another.
static double seconds_of_products(bool of_pairs) {
    __m512 sums[16] = {}, x = {};
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (int round = 0; round < 128; round++)
        UNROLL for (int i = 0; i < 16; i++) {
            sums[i] = of_pairs ? _mm512_dpbf16_ps(sums[i], (__m512bh)x, (__m512bh)x) : _mm512_fmadd_ps(x, x, sums[i]);
            __asm__ volatile("" : "+v"(sums[i])); // the compiler knows the result otherwise
        }
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) * 1e-9;
}

#pragma clang attribute pop

// The least of several times is that of an undisturbed processor. Some 30 microseconds in all.
double tessera_cost_of_pairs(void) {
    double pairs = INFINITY, floats = INFINITY;
    for (int i = 0; i < 12; i++) {
        pairs = fmin(pairs, seconds_of_products(true));
        floats = fmin(floats, seconds_of_products(false));
    }
    return pairs / floats;
}
#endif
