/// The loops around a product: conversions of activations before it, and what int8 needs after it. Each is compiled for
/// several instruction sets, and shared among the threads that run oneDNN's kernels.
#ifndef TESSERA_ONEDNN_LOOPS_H
#define TESSERA_ONEDNN_LOOPS_H

#include "tessera_onednn.h"

/// How one row of activations was quantised: value = scale × (code − zero).
typedef struct {
    float scale, zero;
} tessera_row_code;

/// Float32 rows → dense rows of bfloat16, rounded to nearest even.
void tessera_round_rows(int64_t rows, int64_t columns, const float *source, int64_t stride, uint16_t *result);

/// Float32 rows → dense rows of 8-bit codes, with each row's own scale and zero point.
void tessera_quantize_rows(int64_t rows, int64_t columns, const float *source, int64_t stride, uint8_t *result,
                           tessera_row_code *codes);

/// Dense rows ← rows a stride apart, or the other way round.
void tessera_copy_rows(int64_t rows, int64_t columns, const float *source, int64_t source_stride, float *result,
                       int64_t result_stride);

/// What turns integer sums back into activations.
typedef struct {
    const tessera_row_code *codes;
    /// One an output: the weights' scale, the sum of their codes, the bias.
    const float *scales, *sums, *bias;
    tessera_onednn_activation activation;
} tessera_dequantization;

/// `result = activation((sums − zero × column sums) × row scale × column scale + bias)`; source and result may be the
/// same rows.
void tessera_dequantize_rows(int64_t rows, int64_t columns, const float *source, int64_t source_stride, float *result,
                             int64_t result_stride, tessera_dequantization parameters);

/// Weights `[output, input]` → codes in −limit…limit, and for each output their scale and the sum of its codes. Returns
/// false when a weight is not finite.
bool tessera_quantize_weights(int64_t output, int64_t input, const float *weight, float limit, int8_t *codes,
                              float *scales, float *sums);

#endif
