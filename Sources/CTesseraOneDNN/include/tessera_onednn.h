/// Products of activations with constant weights through oneDNN, 2.6 or 3.x.
///
/// A matrix is packed once, in the layout that oneDNN's kernels read fastest, and then multiplied any number of times.
/// Every function may be called from several threads at once, on the same matrix too. Nothing aborts: whatever fails
/// comes back as a status.
#ifndef TESSERA_ONEDNN_H
#define TESSERA_ONEDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Weights of one linear layer, packed. It never changes after it was made.
typedef struct tessera_onednn_matrix tessera_onednn_matrix;

/// How weights are held and products computed. Activations come and go as float32 in all three.
typedef enum {
    /// Float32 throughout.
    TESSERA_ONEDNN_F32,
    /// Activations and weights rounded to bfloat16, sums in float32.
    TESSERA_ONEDNN_BF16,
    /// Weights in 8 bits with one scale an output, activations in 8 bits with a scale and zero point a row, found when
    /// multiplying; sums are exact.
    TESSERA_ONEDNN_INT8
} tessera_onednn_precision;

/// What is applied to each element after the bias.
typedef enum {
    TESSERA_ONEDNN_IDENTITY,
    TESSERA_ONEDNN_RELU,
    /// x Φ(x), Φ the normal distribution function.
    TESSERA_ONEDNN_GELU_ERF,
    /// The approximation of GELU by tanh (Hendrycks and Gimpel, 2016).
    TESSERA_ONEDNN_GELU_TANH,
    /// x / (1 + exp(-x)).
    TESSERA_ONEDNN_SILU
} tessera_onednn_activation;

typedef enum {
    TESSERA_ONEDNN_SUCCESS,
    /// A size below 1 or too large, a stride below its width, a null pointer, a weight for int8 that is not finite.
    TESSERA_ONEDNN_INVALID_ARGUMENT,
    TESSERA_ONEDNN_OUT_OF_MEMORY,
    /// oneDNN has no kernel of this precision for this processor.
    TESSERA_ONEDNN_UNSUPPORTED,
    TESSERA_ONEDNN_FAILED
} tessera_onednn_status;

/// Packs a weight matrix.
///
/// - weight: float32 `[output, input]`, rows one after the other; it may be freed afterwards.
/// - result: receives the matrix; untouched when the status is not success.
///
/// For int8, `input` is at most 65,536, so that no sum overflows 32 bits.
tessera_onednn_status tessera_onednn_matrix_create(tessera_onednn_precision precision, int64_t input, int64_t output,
                                                   const float *weight, tessera_onednn_matrix **result);

/// Frees a matrix that no call is using any more; null is allowed.
void tessera_onednn_matrix_destroy(tessera_onednn_matrix *matrix);

/// Bytes that the packed weights and what belongs to them take.
size_t tessera_onednn_matrix_bytes(const tessera_onednn_matrix *matrix);

/// `y = activation(x Wᵀ + bias)`.
///
/// - x: float32 `[rows, input]`, `x_stride` elements from one row to the next.
/// - bias: float32 `[output]`, or null.
/// - y: float32 `[rows, output]`, `y_stride` elements from one row to the next; must not overlap x.
///
/// A row that holds NaN or infinity gives NaN in int8. The first call with a number of rows and an activation compiles
/// a kernel, which takes a millisecond or so; the matrix remembers the last few of them. A call works on the calling
/// thread alone: callers share the rows of a large product among threads of their own.
tessera_onednn_status tessera_onednn_multiply(const tessera_onednn_matrix *matrix, int64_t rows, const float *x,
                                              int64_t x_stride, const float *bias,
                                              tessera_onednn_activation activation, float *y, int64_t y_stride);

/// `c = op(a) b + beta c` in float32, with matrices that change from call to call and are not packed.
///
/// - a: `[m, k]`, or `[k, m]` where it is transposed; `a_stride` elements from one row to the next.
/// - b: `[k, n]`
/// - c: `[m, n]`; not read when beta is 0.
///
/// A call works on the calling thread alone.
tessera_onednn_status tessera_onednn_sgemm(bool a_is_transposed, int64_t m, int64_t n, int64_t k, const float *a,
                                           int64_t a_stride, const float *b, int64_t b_stride, float beta, float *c,
                                           int64_t c_stride);

/// Whether this processor has instructions for products of this precision (AVX512-BF16 or AMX, AVX512-VNNI or
/// AVX-VNNI, float32 always). Where it is false, matrices of this precision are slow or refused.
bool tessera_onednn_is_native(tessera_onednn_precision precision);

#ifdef __cplusplus
}
#endif

#endif
