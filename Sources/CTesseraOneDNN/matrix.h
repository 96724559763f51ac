#ifndef TESSERA_ONEDNN_MATRIX_H
#define TESSERA_ONEDNN_MATRIX_H

#include <pthread.h>

#include "primitives.h"

/// A product compiled for a number of rows.
typedef struct {
    int64_t rows;
    dnnl_primitive_t primitive;
    tessera_layout source, destination, scratch;
    /// Calls that are using it, and one more while the matrix remembers it.
    int references;
    /// The matrix's clock when it was last asked for.
    uint64_t last_use;
} tessera_plan;

enum { tessera_plan_count = 8 };

struct tessera_onednn_matrix {
    tessera_onednn_precision precision;
    int64_t input, output;

    tessera_layout weights_layout;
    void *weights;
    dnnl_memory_t weights_memory;

    /// Guards what follows: the plans last used, in no order, null where there is none yet.
    pthread_mutex_t lock;
    tessera_plan *plans[tessera_plan_count];
    uint64_t clock;
};

/// The numbers of weights, activations and sums.
typedef struct {
    dnnl_data_type_t weights, source, sums;
} tessera_types;
tessera_types tessera_types_of(tessera_onednn_precision precision);

/// The layouts that a product of this precision has. All but the weights are dense, in the order of C: in version 2
/// any other stride loses the fast kernels.
dnnl_status_t tessera_product_layouts_create(const tessera_onednn_matrix *matrix, int64_t rows,
                                             tessera_layout *source, tessera_layout *destination);

/// The plan for a number of rows, made when needed; to be released.
tessera_onednn_status tessera_plan_acquire(tessera_onednn_matrix *matrix, int64_t rows, tessera_plan **result);

void tessera_plan_release(tessera_onednn_matrix *matrix, tessera_plan *plan);

/// Forgets every plan, when the matrix goes.
void tessera_plans_destroy(tessera_onednn_matrix *matrix);

/// Bytes on a 64-byte boundary, null when there are none; freed with free.
void *tessera_allocate(size_t bytes);

#endif
