// The loops for processors with AVX2 and FMA.

#include "kernels/prelude.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define VECTOR_BYTES 32
#define PANEL_VECTORS 2
#define TILE_ROWS 6
#define KERNEL_SET tessera_kernels_avx2
#define KERNEL_NAME "avx2"
// Bytes are multiplied in pairs whose sum must fit 16 bits, which 2 · 182 · 90 does and 2 · 255 · 127 does not: activations
// and weights give up half a bit each.
#define INT8_WEIGHT_LIMIT 90.0f
#define INT8_ACTIVATION_LIMIT 182.0f

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#include "kernels/vector_math.inc"

// Four products of unsigned and signed bytes, added to each 32-bit lane.
INLINE vector_int add_products_int8(vector_int sum, vector_int a, vector_int b) {
    __m256i pairs = _mm256_maddubs_epi16((__m256i)a, (__m256i)b);
    return (vector_int)_mm256_add_epi32((__m256i)sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

#include "kernels/halves.inc"
#include "kernels/transpose.inc"
#include "kernels/panels.inc"
#include "kernels/tile.inc"
#include "kernels/matrix.inc"
#include "kernels/rows.inc"
#include "kernels/rows_backward.inc"
#include "kernels/attention.inc"
#include "kernels/attention_backward.inc"
#include "kernels/optimizer.inc"
#include "kernels/set.inc"

#pragma clang attribute pop
#endif
