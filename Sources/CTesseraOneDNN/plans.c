#include <stdlib.h>

#include "matrix.h"

dnnl_status_t tessera_product_layouts_create(const tessera_onednn_matrix *matrix, int64_t rows,
                                             tessera_layout *source, tessera_layout *destination) {
    const tessera_types types = tessera_types_of(matrix->precision);
    dnnl_status_t status = tessera_layout_strided(source, rows, matrix->input, matrix->input, 1, types.source);
    if (status != dnnl_success) return status;
    return tessera_layout_strided(destination, rows, matrix->output, matrix->output, 1, types.sums);
}

static void plan_destroy(tessera_plan *plan) {
    if (plan->primitive) dnnl_primitive_destroy(plan->primitive);
    tessera_layout_destroy(plan->scratch);
    tessera_layout_destroy(plan->destination);
    tessera_layout_destroy(plan->source);
    free(plan);
}

static dnnl_status_t compile(tessera_plan *plan, const tessera_onednn_matrix *matrix) {
    dnnl_status_t status = tessera_product_layouts_create(matrix, plan->rows, &plan->source, &plan->destination);
    if (status != dnnl_success) return status;
    tessera_product_layouts layouts = {plan->source, matrix->weights_layout, plan->destination};
    dnnl_primitive_desc_t description = NULL;
    status = tessera_product_describe(&description, layouts);
    if (status != dnnl_success) return status;
    status = tessera_layout_copy(&plan->scratch,
                                 dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0));
    if (status == dnnl_success) status = dnnl_primitive_create(&plan->primitive, description);
    dnnl_primitive_desc_destroy(description);
    return status;
}

static tessera_onednn_status plan_create(const tessera_onednn_matrix *matrix, int64_t rows, tessera_plan **result) {
    tessera_plan *plan = calloc(1, sizeof *plan);
    if (!plan) return TESSERA_ONEDNN_OUT_OF_MEMORY;
    plan->rows = rows;
    dnnl_status_t status = compile(plan, matrix);
    if (status != dnnl_success) {
        plan_destroy(plan);
        return tessera_status(status);
    }
    plan->references = 1;
    *result = plan;
    return TESSERA_ONEDNN_SUCCESS;
}

static void release_locked(tessera_plan *plan) {
    if (--plan->references == 0) plan_destroy(plan);
}

/// The place of the plan that is asked for, else an empty one, else the one that was not used for longest.
static tessera_plan **find(tessera_onednn_matrix *matrix, int64_t rows) {
    tessera_plan **oldest = &matrix->plans[0];
    for (int i = 0; i < tessera_plan_count; i++) {
        tessera_plan **place = &matrix->plans[i];
        if (!*place) return place;
        if ((*place)->rows == rows) return place;
        if ((*place)->last_use < (*oldest)->last_use) oldest = place;
    }
    return oldest;
}

tessera_onednn_status tessera_plan_acquire(tessera_onednn_matrix *matrix, int64_t rows, tessera_plan **result) {
    tessera_onednn_status status = TESSERA_ONEDNN_SUCCESS;
    // Compiling holds the lock too, so that callers who need the same plan make it once.
    pthread_mutex_lock(&matrix->lock);
    tessera_plan **place = find(matrix, rows);
    if (!*place || (*place)->rows != rows) {
        tessera_plan *plan = NULL;
        status = plan_create(matrix, rows, &plan);
        if (status == TESSERA_ONEDNN_SUCCESS) {
            if (*place) release_locked(*place);
            *place = plan;
        }
    }
    if (status == TESSERA_ONEDNN_SUCCESS) {
        (*place)->references++;
        (*place)->last_use = ++matrix->clock;
        *result = *place;
    }
    pthread_mutex_unlock(&matrix->lock);
    return status;
}

void tessera_plan_release(tessera_onednn_matrix *matrix, tessera_plan *plan) {
    pthread_mutex_lock(&matrix->lock);
    release_locked(plan);
    pthread_mutex_unlock(&matrix->lock);
}

void tessera_plans_destroy(tessera_onednn_matrix *matrix) {
    for (int i = 0; i < tessera_plan_count; i++)
        if (matrix->plans[i]) release_locked(matrix->plans[i]);
}
