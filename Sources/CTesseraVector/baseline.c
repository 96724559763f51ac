// The loops for every other processor: vectors of 16 bytes, which clang maps to SSE2 or NEON.

#include "kernels/prelude.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define VECTOR_BYTES 16
#define PANEL_VECTORS 2
#define TILE_ROWS 6
#define KERNEL_SET tessera_kernels_baseline
#define KERNEL_NAME "baseline"
#define BLOCK_BYTES 1024
#define INT8_ROW_PANELS 1
#define INT8_TILE_ROWS 5
#define INT8_STEP_INPUTS 4
#define INT8_ACTIVATION_LIMIT 255.0f

#include "kernels/vector_math.inc"

// Four products of unsigned and signed bytes, added to each 32-bit lane.
INLINE vector_int add_products_int8(vector_int sum, const vector_int *a, const vector_int *b) {
    for (int i = 0; i < 4; i++) {
        vector_int unsigned_byte = (vector_int)(((vector_uint)*a >> (8 * i)) & 255u);
        vector_int signed_byte = (*b << (24 - 8 * i)) >> 24;
        sum += unsigned_byte * signed_byte;
    }
    return sum;
}

// Two products of integers of 16 bits, added to each lane.
INLINE vector_int add_products_words(vector_int sum, vector_int a, vector_int b) {
#if defined(__SSE2__)
    return sum + (vector_int)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
    return sum + (a << 16 >> 16) * (b << 16 >> 16) + (a >> 16) * (b >> 16);
#endif
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
