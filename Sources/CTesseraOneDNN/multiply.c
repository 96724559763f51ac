#include "alone.h"
#include "matrix.h"
#include "workspace.h"

static dnnl_status_t execute(const tessera_onednn_matrix *matrix, const tessera_plan *plan, const tessera_workspace *workspace,
                             const void *x, void *sums) {
    dnnl_engine_t processor = tessera_engine();
    dnnl_memory_t source = NULL, destination = NULL, scratch = NULL;
    // oneDNN's memory objects have no const; a product only reads its source.
    dnnl_status_t status = dnnl_memory_create(&source, plan->source, processor, (void *)x);
    if (status == dnnl_success) status = dnnl_memory_create(&destination, plan->destination, processor, sums);
    if (status == dnnl_success) status = dnnl_memory_create(&scratch, plan->scratch, processor, workspace->memory);
    if (status == dnnl_success) {
        const dnnl_exec_arg_t arguments[] = {
            {DNNL_ARG_SRC, source},
            {DNNL_ARG_WEIGHTS, matrix->weights_memory},
            {DNNL_ARG_DST, destination},
            {DNNL_ARG_SCRATCHPAD, scratch},
        };
        status = dnnl_primitive_execute(plan->primitive, workspace->stream, 4, arguments);
    }
    if (status == dnnl_success) status = dnnl_stream_wait(workspace->stream);
    if (scratch) dnnl_memory_destroy(scratch);
    if (destination) dnnl_memory_destroy(destination);
    if (source) dnnl_memory_destroy(source);
    return status;
}

static tessera_onednn_status multiply(tessera_onednn_matrix *matrix, int64_t rows, const void *x, void *sums) {
    tessera_plan *plan = NULL;
    tessera_workspace *workspace = NULL;
    tessera_onednn_status status = tessera_plan_acquire(matrix, rows, &plan);
    if (status != TESSERA_ONEDNN_SUCCESS) return status;
    status = tessera_workspace_acquire(dnnl_memory_desc_get_size(plan->scratch), &workspace);
    if (status == TESSERA_ONEDNN_SUCCESS) {
        status = tessera_status(execute(matrix, plan, workspace, x, sums));
        tessera_workspace_release(workspace);
    }
    tessera_plan_release(matrix, plan);
    return status;
}

/// Whether there are so few rows that they fit in memory.
static bool is_valid(const tessera_onednn_matrix *matrix, int64_t rows) {
    int64_t bytes;
    return rows >= 0 && !__builtin_mul_overflow(rows, matrix->input, &bytes) && !__builtin_mul_overflow(bytes, 8, &bytes) &&
           !__builtin_mul_overflow(rows, matrix->output, &bytes) && !__builtin_mul_overflow(bytes, 8, &bytes);
}

tessera_onednn_status tessera_onednn_multiply(const tessera_onednn_matrix *matrix, int64_t rows, const void *x, void *sums) {
    if (!matrix || !x || !sums || !is_valid(matrix, rows)) return TESSERA_ONEDNN_INVALID_ARGUMENT;
    if (rows == 0) return TESSERA_ONEDNN_SUCCESS;
    int threads = tessera_begin_alone();
    // The plans behind its lock are all that changes in a matrix.
    tessera_onednn_status status = multiply((tessera_onednn_matrix *)matrix, rows, x, sums);
    tessera_end_alone(threads);
    return status;
}
