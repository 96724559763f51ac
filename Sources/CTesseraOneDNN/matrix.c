#include "matrix.h"

#include <stdlib.h>
#include <string.h>

#include "alone.h"

enum {
    /// Rows that weights are laid out for. oneDNN's fast kernels read this one layout with any number of rows: seen from
    /// 1 to 1,576 with 2.6.3 and 3.7.2.
    typical_rows = 256,
};

void *tessera_allocate(size_t bytes) {
    void *memory = NULL;
    return posix_memalign(&memory, 64, bytes ? bytes : 1) == 0 ? memory : NULL;
}

bool tessera_onednn_has_tiles(void) {
    return (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core_amx) == dnnl_cpu_isa_avx512_core_amx;
}

tessera_types tessera_types_of(tessera_onednn_precision precision) {
    switch (precision) {
    case TESSERA_ONEDNN_BF16: return (tessera_types){dnnl_bf16, dnnl_bf16, dnnl_f32};
    case TESSERA_ONEDNN_INT8: return (tessera_types){dnnl_s8, dnnl_u8, dnnl_s32};
    default: return (tessera_types){dnnl_f32, dnnl_f32, dnnl_f32};
    }
}

/// Chooses the layout of the weights.
static dnnl_status_t choose_layout(tessera_onednn_matrix *matrix) {
    tessera_layout source = NULL, weights = NULL, destination = NULL;
    dnnl_primitive_desc_t description = NULL;
    dnnl_status_t status = tessera_product_layouts_create(matrix, typical_rows, &source, &destination);
    if (status == dnnl_success)
        status = tessera_layout_any(&weights, matrix->input, matrix->output, tessera_types_of(matrix->precision).weights);
    if (status == dnnl_success) {
        tessera_product_layouts layouts = {source, weights, destination};
        status = tessera_product_describe(&description, layouts);
    }
    if (status == dnnl_success)
        status = tessera_layout_copy(&matrix->weights_layout,
                                     dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0));
    if (description) dnnl_primitive_desc_destroy(description);
    tessera_layout_destroy(destination);
    tessera_layout_destroy(weights);
    tessera_layout_destroy(source);
    return status;
}

static tessera_onednn_status make_room(tessera_onednn_matrix *matrix) {
    if (!tessera_engine()) return TESSERA_ONEDNN_FAILED;
    tessera_onednn_status status = tessera_status(choose_layout(matrix));
    if (status != TESSERA_ONEDNN_SUCCESS) return status;
    const size_t bytes = dnnl_memory_desc_get_size(matrix->weights_layout);
    matrix->weights = tessera_allocate(bytes);
    if (!matrix->weights) return TESSERA_ONEDNN_OUT_OF_MEMORY;
    memset(matrix->weights, 0, bytes);
    return tessera_status(
        dnnl_memory_create(&matrix->weights_memory, matrix->weights_layout, tessera_engine(), matrix->weights));
}

static bool is_valid(tessera_onednn_precision precision, int64_t input, int64_t output) {
    int64_t bytes;
    if (precision > TESSERA_ONEDNN_INT8 || input < 1 || output < 1) return false;
    return !__builtin_mul_overflow(input, output, &bytes) && !__builtin_mul_overflow(bytes, 8, &bytes);
}

tessera_onednn_status tessera_onednn_matrix_create(tessera_onednn_precision precision, int64_t input, int64_t output,
                                                   tessera_onednn_matrix **result) {
    if (!result || !is_valid(precision, input, output)) return TESSERA_ONEDNN_INVALID_ARGUMENT;
    tessera_onednn_matrix *matrix = calloc(1, sizeof *matrix);
    if (!matrix) return TESSERA_ONEDNN_OUT_OF_MEMORY;
    if (pthread_mutex_init(&matrix->lock, NULL) != 0) {
        free(matrix);
        return TESSERA_ONEDNN_FAILED;
    }
    matrix->precision = precision;
    matrix->input = input;
    matrix->output = output;
    int threads = tessera_begin_alone();
    tessera_onednn_status status = make_room(matrix);
    tessera_end_alone(threads);
    if (status == TESSERA_ONEDNN_SUCCESS) *result = matrix;
    else tessera_onednn_matrix_destroy(matrix);
    return status;
}

/// Some columns of the packed weights ← the same outputs of weights that lie row after row.
static dnnl_status_t pack(const tessera_onednn_matrix *matrix, const void *weight, int64_t first, int64_t count) {
    const dnnl_data_type_t type = tessera_types_of(matrix->precision).weights;
    tessera_layout from = NULL, to = NULL;
    dnnl_status_t status = tessera_layout_strided(&from, matrix->input, count, 1, matrix->input, type);
    if (status == dnnl_success) status = tessera_layout_columns(&to, matrix->weights_layout, matrix->input, first, count);
    const char *source = (const char *)weight + (size_t)(first * matrix->input) * dnnl_data_type_size(type);
    if (status == dnnl_success) status = tessera_reorder(from, source, to, matrix->weights);
    tessera_layout_destroy(to);
    tessera_layout_destroy(from);
    return status;
}

tessera_onednn_status tessera_onednn_matrix_pack(tessera_onednn_matrix *matrix, const void *weight, int64_t first, int64_t end) {
    if (!matrix || !weight || first < 0 || first >= end || end > matrix->output || first % tessera_onednn_grain != 0)
        return TESSERA_ONEDNN_INVALID_ARGUMENT;
    int threads = tessera_begin_alone();
    tessera_onednn_status status = tessera_status(pack(matrix, weight, first, end - first));
    tessera_end_alone(threads);
    return status;
}

void tessera_onednn_matrix_destroy(tessera_onednn_matrix *matrix) {
    if (!matrix) return;
    tessera_plans_destroy(matrix);
    if (matrix->weights_memory) dnnl_memory_destroy(matrix->weights_memory);
    tessera_layout_destroy(matrix->weights_layout);
    free(matrix->weights);
    pthread_mutex_destroy(&matrix->lock);
    free(matrix);
}

size_t tessera_onednn_matrix_bytes(const tessera_onednn_matrix *matrix) {
    return dnnl_memory_desc_get_size(matrix->weights_layout);
}
