// The loops for processors with AVX2 and FMA.

#include "kernels/prelude.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define VECTOR_BYTES 32
#define PANEL_VECTORS 2
#define TILE_ROWS 6
#define KERNEL_SET tessera_kernels_avx2
#define KERNEL_NAME "avx2"
#define BLOCK_BYTES 1024
#define INT8_ROW_PANELS 1 // memory delivers one long stream sooner than several of 16 bytes an input
#define INT8_TILE_ROWS 5
#define INT8_STEP_INPUTS 8
#define INT8_ACTIVATION_LIMIT 182.0f

#define PAIR_ATTENTION // in pairs of integers of 16 bits
#define WORD_PRODUCTS

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#include "kernels/vector_math.inc"

// Eight products of unsigned and signed bytes, added to each 32-bit lane. Four at a time are summed in 16 bits, which the codes of
// the weights leave room for.
INLINE vector_int add_products_int8(vector_int sum, const vector_int *a, const vector_int *b) {
    const __m256i first = _mm256_maddubs_epi16((__m256i)a[0], (__m256i)b[0]);
    const __m256i fours = _mm256_add_epi16(first, _mm256_maddubs_epi16((__m256i)a[1], (__m256i)b[1]));
    return (vector_int)_mm256_add_epi32((__m256i)sum, _mm256_madd_epi16(fours, _mm256_set1_epi16(1)));
}

// Two products of integers of 16 bits, added to each lane.
INLINE vector_int add_products_words(vector_int sum, vector_int a, vector_int b) {
    return sum + (vector_int)_mm256_madd_epi16((__m256i)a, (__m256i)b);
}
INLINE vector_int rounded_vector(vector x) { return (vector_int)_mm256_cvtps_epi32((__m256)x); }
// Both vectors' lanes in 16 bits, the first's before the second's; 2¹⁵ becomes the largest.
INLINE vector_int narrowed_integers(vector_int first, vector_int second) {
    const __m256i interleaved = _mm256_packs_epi32((__m256i)first, (__m256i)second);
    return (vector_int)_mm256_permute4x64_epi64(interleaved, 0xd8);
}
#define NARROW_BYTES
// The lanes of four vectors in bytes, one vector's after the other.
INLINE vector_int narrowed_bytes(const vector_int v[4]) {
    const __m256i low = _mm256_packs_epi32((__m256i)v[0], (__m256i)v[1]), high = _mm256_packs_epi32((__m256i)v[2], (__m256i)v[3]);
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    return (vector_int)_mm256_permutevar8x32_epi32(_mm256_packus_epi16(low, high), order);
}
// 2ˣ with an error of 8e-5: 2 to the power of x's fraction by a polynomial, times 2 to the power of the rest; 0 below 2⁻¹²⁶.
INLINE vector vector_exp2_rough(vector x) {
    const vector whole = (vector)_mm256_floor_ps((__m256)x), r = x - whole;
    vector p = r * 7.80230067e-2f + 2.26069391e-1f;
    p = p * r + 6.95832847e-1f;
    p = p * r + 9.99925245e-1f;
    const vector_int power = (vector_int)p + (rounded_vector(whole) << 23);
    return vector_select(x < broadcast(-126.0f), (vector){}, (vector)power);
}

#include "kernels/halves.inc"
#include "kernels/transpose.inc"
#include "kernels/codes.inc"
#include "kernels/panels.inc"
#include "kernels/tile.inc"
#include "kernels/matrix.inc"
#include "kernels/winograd.inc"
#include "kernels/rows.inc"
#include "kernels/depthwise.inc"
#include "kernels/rows_backward.inc"
#include "kernels/attention.inc"
#include "kernels/attention_backward.inc"
#include "kernels/optimizer.inc"
#include "kernels/set.inc"

#pragma clang attribute pop
#endif
