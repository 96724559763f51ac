#include "matrix.h"

#include <stdlib.h>
#include <string.h>

#include "loops.h"
#include "parallel.h"

enum {
    /// Rows that weights are laid out for. oneDNN's fast kernels read this one layout with any number of rows: seen from
    /// 1 to 1,576 with 2.6.3 and 3.7.2.
    typical_rows = 256,
    largest_int8_input = 65536,
};

void *tessera_allocate(size_t bytes) {
    void *memory = NULL;
    return posix_memalign(&memory, 64, bytes ? bytes : 1) == 0 ? memory : NULL;
}

static bool has_instructions(dnnl_cpu_isa_t wanted) {
    return (dnnl_get_effective_cpu_isa() & wanted) == wanted;
}

bool tessera_onednn_is_native(tessera_onednn_precision precision) {
    switch (precision) {
    case TESSERA_ONEDNN_F32: return true;
    case TESSERA_ONEDNN_BF16: return has_instructions(dnnl_cpu_isa_avx512_core_bf16);
    case TESSERA_ONEDNN_INT8:
        return has_instructions(dnnl_cpu_isa_avx512_core_vnni) || has_instructions(dnnl_cpu_isa_avx2_vnni);
    }
    return false;
}

static dnnl_data_type_t weights_type(tessera_onednn_precision precision) {
    switch (precision) {
    case TESSERA_ONEDNN_BF16: return dnnl_bf16;
    case TESSERA_ONEDNN_INT8: return dnnl_s8;
    default: return dnnl_f32;
    }
}

/// Chooses the layout of the weights.
static dnnl_status_t choose_layout(tessera_onednn_matrix *matrix) {
    tessera_layout source = NULL, weights = NULL, destination = NULL;
    dnnl_primitive_desc_t description = NULL;
    dnnl_status_t status = tessera_product_layouts_create(matrix, typical_rows, &source, &destination);
    if (status == dnnl_success)
        status = tessera_layout_any(&weights, matrix->input, matrix->output, weights_type(matrix->precision));
    if (status == dnnl_success) {
        tessera_product_layouts layouts = {source, weights, matrix->bias_layout, destination};
        status = tessera_product_describe(&description, layouts, TESSERA_ONEDNN_IDENTITY);
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

/// Weights `[output, input]` of a type, row after row → the chosen layout.
static dnnl_status_t pack(tessera_onednn_matrix *matrix, const void *weight, dnnl_data_type_t type) {
    tessera_layout layout = NULL;
    dnnl_status_t status = tessera_layout_strided(&layout, matrix->input, matrix->output, 1, matrix->input, type);
    if (status == dnnl_success) status = tessera_reorder(layout, weight, matrix->weights_layout, matrix->weights);
    tessera_layout_destroy(layout);
    return status;
}

static tessera_onednn_status pack_int8(tessera_onednn_matrix *matrix, const float *weight) {
    size_t count = (size_t)matrix->output;
    matrix->scales = tessera_allocate(count * sizeof(float));
    matrix->sums = tessera_allocate(count * sizeof(float));
    int8_t *codes = tessera_allocate(count * (size_t)matrix->input);
    if (!matrix->scales || !matrix->sums || !codes) {
        free(codes);
        return TESSERA_ONEDNN_OUT_OF_MEMORY;
    }
    // Without VNNI, two neighbouring products of 8 bits are added in 16 bits, saturating: 255 × 127 × 2 would not fit.
    float limit = tessera_onednn_is_native(TESSERA_ONEDNN_INT8) ? 127 : 63;
    bool is_finite = tessera_quantize_weights(matrix->output, matrix->input, weight, limit, codes, matrix->scales,
                                              matrix->sums);
    tessera_onednn_status status =
        is_finite ? tessera_status(pack(matrix, codes, dnnl_s8)) : TESSERA_ONEDNN_INVALID_ARGUMENT;
    free(codes);
    return status;
}

/// Zeros that stand in for the bias of a call that has none: a kernel is compiled with a bias or without.
static tessera_onednn_status make_no_bias(tessera_onednn_matrix *matrix) {
    size_t bytes = (size_t)matrix->output * sizeof(float);
    matrix->no_bias = tessera_allocate(bytes);
    if (!matrix->no_bias) return TESSERA_ONEDNN_OUT_OF_MEMORY;
    memset(matrix->no_bias, 0, bytes);
    if (matrix->precision == TESSERA_ONEDNN_INT8) return TESSERA_ONEDNN_SUCCESS;
    return tessera_status(tessera_layout_strided(&matrix->bias_layout, 1, matrix->output, matrix->output, 1, dnnl_f32));
}

static tessera_onednn_status fill(tessera_onednn_matrix *matrix, const float *weight) {
    if (!tessera_engine()) return TESSERA_ONEDNN_FAILED;
    tessera_onednn_status status = make_no_bias(matrix);
    if (status == TESSERA_ONEDNN_SUCCESS) status = tessera_status(choose_layout(matrix));
    if (status != TESSERA_ONEDNN_SUCCESS) return status;
    matrix->weights = tessera_allocate(dnnl_memory_desc_get_size(matrix->weights_layout));
    if (!matrix->weights) return TESSERA_ONEDNN_OUT_OF_MEMORY;
    status = matrix->precision == TESSERA_ONEDNN_INT8 ? pack_int8(matrix, weight)
                                                      : tessera_status(pack(matrix, weight, dnnl_f32));
    if (status != TESSERA_ONEDNN_SUCCESS) return status;
    return tessera_status(
        dnnl_memory_create(&matrix->weights_memory, matrix->weights_layout, tessera_engine(), matrix->weights));
}

static bool is_valid(tessera_onednn_precision precision, int64_t input, int64_t output) {
    int64_t bytes;
    if (precision > TESSERA_ONEDNN_INT8 || input < 1 || output < 1) return false;
    if (precision == TESSERA_ONEDNN_INT8 && input > largest_int8_input) return false;
    return !__builtin_mul_overflow(input, output, &bytes) && !__builtin_mul_overflow(bytes, 8, &bytes);
}

/// In weights.
static const int64_t smallest_shared_packing = 1 << 19;

tessera_onednn_status tessera_onednn_matrix_create(tessera_onednn_precision precision, int64_t input, int64_t output,
                                                   const float *weight, tessera_onednn_matrix **result) {
    if (!weight || !result || !is_valid(precision, input, output)) return TESSERA_ONEDNN_INVALID_ARGUMENT;
    tessera_onednn_matrix *matrix = calloc(1, sizeof *matrix);
    if (!matrix) return TESSERA_ONEDNN_OUT_OF_MEMORY;
    if (pthread_mutex_init(&matrix->lock, NULL) != 0) {
        free(matrix);
        return TESSERA_ONEDNN_FAILED;
    }
    matrix->precision = precision;
    matrix->input = input;
    matrix->output = output;
    // Of a training step's small matrices each is packed by the thread that asks; large ones, of a model that is loaded, are
    // worth a team.
    bool is_small = input * output < smallest_shared_packing;
    int threads = is_small ? tessera_onednn_begin_alone() : 0;
    tessera_onednn_status status = fill(matrix, weight);
    if (is_small) tessera_onednn_end_alone(threads);
    if (status == TESSERA_ONEDNN_SUCCESS) *result = matrix;
    else tessera_onednn_matrix_destroy(matrix);
    return status;
}

void tessera_onednn_matrix_destroy(tessera_onednn_matrix *matrix) {
    if (!matrix) return;
    tessera_plans_destroy(matrix);
    if (matrix->weights_memory) dnnl_memory_destroy(matrix->weights_memory);
    tessera_layout_destroy(matrix->bias_layout);
    tessera_layout_destroy(matrix->weights_layout);
    free(matrix->sums);
    free(matrix->scales);
    free(matrix->no_bias);
    free(matrix->weights);
    pthread_mutex_destroy(&matrix->lock);
    free(matrix);
}

size_t tessera_onednn_matrix_bytes(const tessera_onednn_matrix *matrix) {
    size_t vectors = 1 + (matrix->scales ? 1 : 0) + (matrix->sums ? 1 : 0);
    return dnnl_memory_desc_get_size(matrix->weights_layout) + vectors * (size_t)matrix->output * sizeof(float);
}
