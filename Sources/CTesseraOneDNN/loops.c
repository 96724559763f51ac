#include "loops.h"

#include <math.h>
#include <string.h>

#include "parallel.h"

#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif
#define INLINE static inline __attribute__((always_inline))

INLINE float bits_to_float(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

INLINE uint32_t float_to_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

// MARK: bfloat16

FOR_EACH_PROCESSOR static void round_row(int64_t count, const float *source, uint16_t *result) {
    for (int64_t i = 0; i < count; i++) {
        uint32_t bits = float_to_bits(source[i]);
        uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
        // Rounding could carry a NaN into infinity.
        uint32_t quiet = bits >> 16 | 0x40;
        result[i] = (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? quiet : rounded);
    }
}

typedef struct {
    int64_t columns, stride;
    const float *source;
    uint16_t *result;
} rounding;

static void round_range(const void *context, int64_t first, int64_t end) {
    const rounding *job = context;
    for (int64_t row = first; row < end; row++)
        round_row(job->columns, job->source + row * job->stride, job->result + row * job->columns);
}

void tessera_round_rows(int64_t rows, int64_t columns, const float *source, int64_t stride, uint16_t *result) {
    rounding job = {columns, stride, source, result};
    tessera_onednn_parallel(rows, rows * columns, round_range, &job);
}

// MARK: 8 bits

typedef struct {
    /// Zero is always within.
    float minimum, maximum;
    /// 0, or NaN when a value is not finite.
    float poison;
} extent;

/// Lanes by hand: compilers leave minima and maxima of floats scalar, lest NaN be treated differently.
enum { lane_count = 16 };
typedef float lanes __attribute__((vector_size(lane_count * sizeof(float))));
typedef int32_t flags __attribute__((vector_size(lane_count * sizeof(float))));

/// A macro, for vectors are passed differently from processor to processor.
#define SELECT(condition, yes, no) ((lanes)(((condition) & (flags)(yes)) | (~(condition) & (flags)(no))))

/// Two sets of lanes, so that no instruction waits for the one before; the last, unfilled ones are read from a copy.
FOR_EACH_PROCESSOR static extent find_extent(int64_t count, const float *values) {
    lanes minimum[2] = {{0}}, maximum[2] = {{0}}, poison[2] = {{0}};
    float rest[2 * lane_count] = {0};
    int64_t whole = count / (2 * lane_count) * (2 * lane_count);
    memcpy(rest, values + whole, (size_t)(count - whole) * sizeof(float));
    for (int64_t i = 0; i <= whole; i += 2 * lane_count) {
        const float *next = i < whole ? values + i : rest;
        for (int part = 0; part < 2; part++) {
            lanes value;
            memcpy(&value, next + part * lane_count, sizeof value);
            minimum[part] = SELECT(value < minimum[part], value, minimum[part]);
            maximum[part] = SELECT(value > maximum[part], value, maximum[part]);
            poison[part] += value * 0;
        }
    }
    const lanes sum = poison[0] + poison[1];
    return (extent){
        __builtin_reduce_min(SELECT(minimum[0] < minimum[1], minimum[0], minimum[1])),
        __builtin_reduce_max(SELECT(maximum[0] > maximum[1], maximum[0], maximum[1])),
        __builtin_reduce_or(sum != sum) ? NAN : 0,
    };
}

FOR_EACH_PROCESSOR static void encode_row(int64_t count, const float *source, float inverse, float zero,
                                          uint8_t *result) {
    for (int64_t i = 0; i < count; i++) {
        // Codes are positive, so adding a half and cutting rounds to nearest.
        float code = source[i] * inverse + (zero + 0.5f);
        code = code > 0 ? code : 0;
        code = code < 255 ? code : 255;
        result[i] = (uint8_t)(int32_t)code;
    }
}

static tessera_row_code quantize_row(int64_t count, const float *source, uint8_t *result) {
    extent found = find_extent(count, source);
    float scale = (found.maximum - found.minimum) / 255;
    float inverse = 1 / scale;
    // A row of zeros, and of numbers too small to have a reciprocal, is all zeros.
    if (!isfinite(inverse)) inverse = 0;
    float zero = rintf(-found.minimum * inverse);
    encode_row(count, source, inverse, zero, result);
    return (tessera_row_code){scale + found.poison, zero};
}

typedef struct {
    int64_t columns, stride;
    const float *source;
    uint8_t *result;
    tessera_row_code *codes;
} quantization;

static void quantize_range(const void *context, int64_t first, int64_t end) {
    const quantization *job = context;
    for (int64_t row = first; row < end; row++)
        job->codes[row] =
            quantize_row(job->columns, job->source + row * job->stride, job->result + row * job->columns);
}

void tessera_quantize_rows(int64_t rows, int64_t columns, const float *source, int64_t stride, uint8_t *result,
                           tessera_row_code *codes) {
    quantization job = {columns, stride, source, result, codes};
    tessera_onednn_parallel(rows, rows * columns, quantize_range, &job);
}

/// Returns the sum of the codes.
FOR_EACH_PROCESSOR static int32_t encode_weights(int64_t count, const float *weights, float inverse, float limit,
                                                 int8_t *codes) {
    int32_t sum = 0;
    for (int64_t i = 0; i < count; i++) {
        float code = rintf(weights[i] * inverse);
        code = code > -limit ? code : -limit;
        code = code < limit ? code : limit;
        codes[i] = (int8_t)(int32_t)code;
        sum += (int32_t)code;
    }
    return sum;
}

typedef struct {
    int64_t input;
    const float *weight;
    float limit;
    int8_t *codes;
    float *scales, *sums;
} weight_quantization;

static void quantize_weights_range(const void *context, int64_t first, int64_t end) {
    const weight_quantization *job = context;
    for (int64_t row = first; row < end; row++) {
        const float *weights = job->weight + row * job->input;
        extent found = find_extent(job->input, weights);
        float largest = fmaxf(-found.minimum, found.maximum), inverse = job->limit / largest;
        if (!isfinite(inverse)) inverse = 0;
        job->sums[row] = (float)encode_weights(job->input, weights, inverse, job->limit, job->codes + row * job->input);
        job->scales[row] = largest / job->limit + found.poison;
    }
}

bool tessera_quantize_weights(int64_t output, int64_t input, const float *weight, float limit, int8_t *codes,
                              float *scales, float *sums) {
    weight_quantization job = {input, weight, limit, codes, scales, sums};
    tessera_onednn_parallel(output, output * input, quantize_weights_range, &job);
    bool is_finite = true;
    for (int64_t row = 0; row < output; row++) is_finite &= isfinite(scales[row]) != 0;
    return is_finite;
}

// MARK: Back to float32

/// exp to two units in the last place, for arguments that neither overflow nor underflow (clamped otherwise).
INLINE float exponential(float x) {
    x = x > 88 ? 88 : x;
    x = x < -87 ? -87 : x;
    float whole = rintf(x * 1.44269504f);
    // ln 2 in two parts (Cody and Waite), then a polynomial (Cephes expf).
    float rest = x - whole * 0.693359375f + whole * 2.12194440e-4f;
    float series = 1.9875691500e-4f;
    series = series * rest + 1.3981999507e-3f;
    series = series * rest + 8.3334519073e-3f;
    series = series * rest + 4.1665795894e-2f;
    series = series * rest + 1.6666665459e-1f;
    series = series * rest + 5.0000001201e-1f;
    float fraction = series * rest * rest + rest + 1;
    return fraction * bits_to_float((uint32_t)((int32_t)whole + 127) << 23);
}

INLINE float activate(float x, tessera_onednn_activation activation) {
    switch (activation) {
    case TESSERA_ONEDNN_IDENTITY: return x;
    case TESSERA_ONEDNN_RELU: return x < 0 ? 0 : x;
    case TESSERA_ONEDNN_GELU_ERF: {
        // 1 − erf z = t (a₁ + a₂ t + …) exp(−z²), Abramowitz and Stegun 7.1.26, error 1.5e-7.
        float z = fabsf(x) * 0.707106781f, t = 1 / (1 + 0.3275911f * z);
        float series = ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t + 0.254829592f);
        float tail = 0.5f * series * t * exponential(-z * z);
        return x * (x < 0 ? tail : 1 - tail);
    }
    case TESSERA_ONEDNN_GELU_TANH:
        // (1 + tanh u) / 2 = 1 / (1 + exp(−2u)).
        return x / (1 + exponential(-1.595769122f * (x + 0.044715f * x * x * x)));
    case TESSERA_ONEDNN_SILU: return x / (1 + exponential(-x));
    }
    return x;
}

typedef struct {
    const float *source;
    float *result;
    const float *scales, *sums, *bias;
    float scale, zero;
} dequantized_row;

INLINE void decode_row(int64_t count, dequantized_row row, tessera_onednn_activation activation) {
    // Source and result are the same row or do not overlap.
#pragma clang loop vectorize(assume_safety)
    for (int64_t i = 0; i < count; i++) {
        float sum = row.source[i] - row.zero * row.sums[i];
        row.result[i] = activate(sum * (row.scale * row.scales[i]) + row.bias[i], activation);
    }
}

/// One loop an activation, so that each is vectorised.
FOR_EACH_PROCESSOR static void dequantize_row(int64_t count, dequantized_row row,
                                              tessera_onednn_activation activation) {
    switch (activation) {
    case TESSERA_ONEDNN_IDENTITY: decode_row(count, row, TESSERA_ONEDNN_IDENTITY); break;
    case TESSERA_ONEDNN_RELU: decode_row(count, row, TESSERA_ONEDNN_RELU); break;
    case TESSERA_ONEDNN_GELU_ERF: decode_row(count, row, TESSERA_ONEDNN_GELU_ERF); break;
    case TESSERA_ONEDNN_GELU_TANH: decode_row(count, row, TESSERA_ONEDNN_GELU_TANH); break;
    case TESSERA_ONEDNN_SILU: decode_row(count, row, TESSERA_ONEDNN_SILU); break;
    }
}

/// Columns that one thread takes at a time: a decoder's logits are a single row of fifty thousand.
enum { column_block = 4096 };

typedef struct {
    int64_t columns, blocks, source_stride, result_stride;
    const float *source;
    float *result;
    tessera_dequantization parameters;
} dequantization;

static void dequantize_range(const void *context, int64_t first, int64_t end) {
    const dequantization *job = context;
    const tessera_dequantization *parameters = &job->parameters;
    for (int64_t block = first; block < end; block++) {
        int64_t row = block / job->blocks, column = block % job->blocks * column_block;
        int64_t left = job->columns - column;
        dequantized_row part = {
            .source = job->source + row * job->source_stride + column,
            .result = job->result + row * job->result_stride + column,
            .scales = parameters->scales + column,
            .sums = parameters->sums + column,
            .bias = parameters->bias + column,
            .scale = parameters->codes[row].scale,
            .zero = parameters->codes[row].zero,
        };
        dequantize_row(left < column_block ? left : column_block, part, parameters->activation);
    }
}

void tessera_dequantize_rows(int64_t rows, int64_t columns, const float *source, int64_t source_stride, float *result,
                             int64_t result_stride, tessera_dequantization parameters) {
    int64_t blocks = (columns + column_block - 1) / column_block;
    dequantization job = {columns, blocks, source_stride, result_stride, source, result, parameters};
    tessera_onednn_parallel(rows * blocks, rows * columns, dequantize_range, &job);
}

// MARK: Copies

typedef struct {
    int64_t columns, source_stride, result_stride;
    const float *source;
    float *result;
} copying;

static void copy_range(const void *context, int64_t first, int64_t end) {
    const copying *job = context;
    for (int64_t row = first; row < end; row++)
        memcpy(job->result + row * job->result_stride, job->source + row * job->source_stride,
               (size_t)job->columns * sizeof(float));
}

void tessera_copy_rows(int64_t rows, int64_t columns, const float *source, int64_t source_stride, float *result,
                       int64_t result_stride) {
    copying job = {columns, source_stride, result_stride, source, result};
    tessera_onednn_parallel(rows, rows * columns, copy_range, &job);
}
