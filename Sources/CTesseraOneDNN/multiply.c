#include "loops.h"
#include "matrix.h"
#include "parallel.h"
#include "workspace.h"

/// One call of multiply.
typedef struct {
    const tessera_onednn_matrix *matrix;
    int64_t rows, x_stride, y_stride;
    const float *x, *bias;
    float *y;
    tessera_onednn_activation activation;
    tessera_plan *plan;
    tessera_workspace *workspace;
    /// Parts of the workspace, null where they are not needed: activations as the kernel reads them, its result where
    /// y has gaps between rows, how rows were quantised, oneDNN's scratch memory.
    void *source, *scratch;
    float *destination;
    tessera_row_code *codes;
} product;

static bool reads_in_place(const product *call) {
    return call->matrix->precision == TESSERA_ONEDNN_F32 && call->x_stride == call->matrix->input;
}

static bool writes_in_place(const product *call) {
    return call->y_stride == call->matrix->output;
}

/// Whether sizes and strides are those of matrices that fit in memory.
static bool is_valid(const product *call) {
    const tessera_onednn_matrix *matrix = call->matrix;
    int64_t bytes;
    if (call->rows < 0 || call->activation > TESSERA_ONEDNN_SILU) return false;
    if (call->x_stride < matrix->input || call->y_stride < matrix->output) return false;
    return !__builtin_mul_overflow(call->rows, call->x_stride, &bytes) &&
           !__builtin_mul_overflow(bytes, 8, &bytes) &&
           !__builtin_mul_overflow(call->rows, call->y_stride, &bytes) && !__builtin_mul_overflow(bytes, 8, &bytes);
}

static size_t rounded_up(size_t bytes) {
    return (bytes + 63) / 64 * 64;
}

/// Takes a workspace and divides it.
static tessera_onednn_status divide_workspace(product *call) {
    const tessera_plan *plan = call->plan;
    bool is_int8 = call->matrix->precision == TESSERA_ONEDNN_INT8;
    size_t source = reads_in_place(call) ? 0 : rounded_up(dnnl_memory_desc_get_size(plan->source));
    size_t destination = writes_in_place(call) ? 0 : rounded_up(dnnl_memory_desc_get_size(plan->destination));
    size_t codes = is_int8 ? rounded_up((size_t)call->rows * sizeof(tessera_row_code)) : 0;
    size_t scratch = dnnl_memory_desc_get_size(plan->scratch);
    tessera_onednn_status status =
        tessera_workspace_acquire(source + destination + codes + scratch, &call->workspace);
    if (status != TESSERA_ONEDNN_SUCCESS) return status;
    uint8_t *memory = call->workspace->memory;
    call->source = source ? memory : NULL;
    call->destination = destination ? (float *)(memory + source) : call->y;
    call->codes = codes ? (tessera_row_code *)(memory + source + destination) : NULL;
    call->scratch = scratch ? memory + source + destination + codes : NULL;
    return TESSERA_ONEDNN_SUCCESS;
}

/// Brings the activations into the form that the kernel reads.
static void convert_source(const product *call) {
    int64_t input = call->matrix->input;
    switch (call->matrix->precision) {
    case TESSERA_ONEDNN_F32:
        if (call->source) tessera_copy_rows(call->rows, input, call->x, call->x_stride, call->source, input);
        break;
    case TESSERA_ONEDNN_BF16: tessera_round_rows(call->rows, input, call->x, call->x_stride, call->source); break;
    case TESSERA_ONEDNN_INT8:
        tessera_quantize_rows(call->rows, input, call->x, call->x_stride, call->source, call->codes);
        break;
    }
}

static dnnl_status_t execute(const product *call) {
    const tessera_plan *plan = call->plan;
    dnnl_engine_t processor = tessera_engine();
    dnnl_memory_t source = NULL, destination = NULL, scratch = NULL, bias = NULL;
    // oneDNN's memory objects have no const; a product only reads its source.
    void *activations = call->source ? call->source : (void *)call->x;
    dnnl_status_t status = dnnl_memory_create(&source, plan->source, processor, activations);
    if (status == dnnl_success)
        status = dnnl_memory_create(&destination, plan->destination, processor, call->destination);
    if (status == dnnl_success) status = dnnl_memory_create(&scratch, plan->scratch, processor, call->scratch);
    bool has_bias = call->matrix->precision != TESSERA_ONEDNN_INT8; // int8's is added when sums are dequantised
    if (status == dnnl_success && has_bias)
        status = dnnl_memory_create(&bias, call->matrix->bias_layout, processor, (void *)call->bias);
    if (status == dnnl_success) {
        const dnnl_exec_arg_t arguments[] = {
            {DNNL_ARG_SRC, source},
            {DNNL_ARG_WEIGHTS, call->matrix->weights_memory},
            {DNNL_ARG_DST, destination},
            {DNNL_ARG_SCRATCHPAD, scratch},
            {DNNL_ARG_BIAS, bias},
        };
        status = dnnl_primitive_execute(plan->primitive, call->workspace->stream, has_bias ? 5 : 4, arguments);
    }
    if (status == dnnl_success) status = dnnl_stream_wait(call->workspace->stream);
    if (bias) dnnl_memory_destroy(bias);
    if (scratch) dnnl_memory_destroy(scratch);
    if (destination) dnnl_memory_destroy(destination);
    if (source) dnnl_memory_destroy(source);
    return status;
}

/// Brings the kernel's result into y.
static void convert_destination(const product *call) {
    const tessera_onednn_matrix *matrix = call->matrix;
    if (matrix->precision == TESSERA_ONEDNN_INT8) {
        tessera_dequantization parameters = {call->codes, matrix->scales, matrix->sums, call->bias,
                                             call->activation};
        tessera_dequantize_rows(call->rows, matrix->output, call->destination, matrix->output, call->y,
                                call->y_stride, parameters);
    } else if (!writes_in_place(call)) {
        tessera_copy_rows(call->rows, matrix->output, call->destination, matrix->output, call->y, call->y_stride);
    }
}

static tessera_onednn_status run(product *call) {
    tessera_onednn_status status = divide_workspace(call);
    if (status != TESSERA_ONEDNN_SUCCESS) return status;
    convert_source(call);
    status = tessera_status(execute(call));
    if (status == TESSERA_ONEDNN_SUCCESS) convert_destination(call);
    tessera_workspace_release(call->workspace);
    return status;
}

tessera_onednn_status tessera_onednn_multiply(const tessera_onednn_matrix *matrix, int64_t rows, const float *x,
                                              int64_t x_stride, const float *bias,
                                              tessera_onednn_activation activation, float *y, int64_t y_stride) {
    if (!matrix || !x || !y) return TESSERA_ONEDNN_INVALID_ARGUMENT;
    product call = {.matrix = matrix, .rows = rows, .x_stride = x_stride, .y_stride = y_stride, .x = x, .y = y,
                    .bias = bias ? bias : matrix->no_bias, .activation = activation};
    if (!is_valid(&call)) return TESSERA_ONEDNN_INVALID_ARGUMENT;
    if (rows == 0) return TESSERA_ONEDNN_SUCCESS;
    // The plans behind its lock are all that changes in a matrix.
    tessera_onednn_matrix *shared = (tessera_onednn_matrix *)matrix;
    // Int8 has its activation in the loop that dequantises.
    bool is_int8 = matrix->precision == TESSERA_ONEDNN_INT8;
    int threads = tessera_onednn_begin_alone();
    tessera_onednn_status status =
        tessera_plan_acquire(shared, rows, is_int8 ? TESSERA_ONEDNN_IDENTITY : activation, &call.plan);
    if (status == TESSERA_ONEDNN_SUCCESS) {
        status = run(&call);
        tessera_plan_release(shared, call.plan);
    }
    tessera_onednn_end_alone(threads);
    return status;
}
