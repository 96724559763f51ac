// The loops for processors with AVX-512 (F, BW, DQ, VL).

#include "kernels/prelude.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define VECTOR_BYTES 64
#define PANEL_VECTORS 2
#define TILE_ROWS 14
#define RECIPROCAL_ESTIMATE(x) ((vector)_mm512_rcp14_ps((__m512)(x)))
#define KERNEL_SET tessera_kernels_avx512
#define KERNEL_NAME "avx512"
// Bytes are multiplied in pairs whose sum must fit 16 bits, which 2 · 182 · 90 does and 2 · 255 · 127 does not: activations
// and weights give up half a bit each.
#define INT8_WEIGHT_LIMIT 90.0f
#define INT8_ACTIVATION_LIMIT 182.0f

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)

#include "kernels/vector_math.inc"

// Four products of unsigned and signed bytes, added to each 32-bit lane.
INLINE vector_int add_products_int8(vector_int sum, vector_int a, vector_int b) {
    __m512i pairs = _mm512_maddubs_epi16((__m512i)a, (__m512i)b);
    return (vector_int)_mm512_add_epi32((__m512i)sum, _mm512_madd_epi16(pairs, _mm512_set1_epi16(1)));
}

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
