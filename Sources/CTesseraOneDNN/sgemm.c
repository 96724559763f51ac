#include <dnnl.h>

#include "alone.h"
#include "matrix.h"

tessera_onednn_status tessera_onednn_sgemm(bool a_is_transposed, int64_t m, int64_t n, int64_t k, const float *a,
                                           int64_t a_stride, const float *b, int64_t b_stride, float beta, float *c,
                                           int64_t c_stride) {
    int threads = tessera_begin_alone();
    dnnl_status_t status = dnnl_sgemm(a_is_transposed ? 'T' : 'N', 'N', m, n, k, 1, a, a_stride, b, b_stride, beta, c, c_stride);
    tessera_end_alone(threads);
    return tessera_status(status);
}
