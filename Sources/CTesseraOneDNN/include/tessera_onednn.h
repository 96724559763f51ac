/// Products of activations with constant weights through oneDNN, 2.6 or 3.x.
///
/// A matrix is packed once, in the layout that oneDNN's kernels read fastest, and then multiplied any number of times. Numbers
/// come as the kernels read them, and sums go as they come: what is converted before and after is the caller's business. Every
/// call works on the calling thread alone, and may be made from several threads at once, on the same matrix too. Nothing aborts:
/// whatever fails comes back as a status.
#ifndef TESSERA_ONEDNN_H
#define TESSERA_ONEDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Weights of one linear layer, packed.
typedef struct tessera_onednn_matrix tessera_onednn_matrix;

/// The numbers of weights, activations and sums.
typedef enum {
    /// Float32 throughout.
    TESSERA_ONEDNN_F32,
    /// Weights and activations in bfloat16, sums in float32.
    TESSERA_ONEDNN_BF16,
    /// Weights in signed bytes, activations in unsigned ones, sums in 32-bit integers.
    TESSERA_ONEDNN_INT8
} tessera_onednn_precision;

typedef enum {
    TESSERA_ONEDNN_SUCCESS,
    /// A size below 1 or too large, a null pointer, a range outside the matrix.
    TESSERA_ONEDNN_INVALID_ARGUMENT,
    TESSERA_ONEDNN_OUT_OF_MEMORY,
    /// oneDNN has no kernel of this precision for this processor.
    TESSERA_ONEDNN_UNSUPPORTED,
    TESSERA_ONEDNN_FAILED
} tessera_onednn_status;

/// Outputs that are packed side by side: where the ranges of `tessera_onednn_matrix_pack` may begin.
enum { tessera_onednn_grain = 64 };

/// Makes a matrix `[output, input]` whose weights are still to be packed.
///
/// - result: receives the matrix; untouched when the status is not success.
tessera_onednn_status tessera_onednn_matrix_create(tessera_onednn_precision precision, int64_t input, int64_t output,
                                                   tessera_onednn_matrix **result);

/// Packs the weights of some outputs. Several threads may pack ranges of one matrix at once.
///
/// - weight: all weights, `[output, input]`, rows one after the other; they may be freed once everything is packed.
/// - first, end: the range, which begins at a multiple of the grain and ends at one or at the last output.
tessera_onednn_status tessera_onednn_matrix_pack(tessera_onednn_matrix *matrix, const void *weight, int64_t first, int64_t end);

/// Frees a matrix that no call is using any more; null is allowed.
void tessera_onednn_matrix_destroy(tessera_onednn_matrix *matrix);

/// Bytes that the packed weights take.
size_t tessera_onednn_matrix_bytes(const tessera_onednn_matrix *matrix);

/// `sums = x Wᵀ`
///
/// - x: `[rows, input]`, one row after the other.
/// - sums: `[rows, output]`, one row after the other; must not overlap x.
///
/// The first call with a number of rows compiles a kernel, which takes a millisecond or so; the matrix remembers the last few.
tessera_onednn_status tessera_onednn_multiply(const tessera_onednn_matrix *matrix, int64_t rows, const void *x, void *sums);

/// `c = op(a) b + beta c` in float32, with matrices that change from call to call and are not packed.
///
/// - a: `[m, k]`, or `[k, m]` where it is transposed; `a_stride` elements from one row to the next.
/// - b: `[k, n]`
/// - c: `[m, n]`; not read when beta is 0.
tessera_onednn_status tessera_onednn_sgemm(bool a_is_transposed, int64_t m, int64_t n, int64_t k, const float *a,
                                           int64_t a_stride, const float *b, int64_t b_stride, float beta, float *c,
                                           int64_t c_stride);

/// Whether this processor multiplies tiles of bfloat16 and bytes (AMX), which only oneDNN does here.
bool tessera_onednn_has_tiles(void);

#ifdef __cplusplus
}
#endif

#endif
