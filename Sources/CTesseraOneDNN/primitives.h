/// The few oneDNN calls we need, alike for its versions 2 and 3.
#ifndef TESSERA_ONEDNN_PRIMITIVES_H
#define TESSERA_ONEDNN_PRIMITIVES_H

#include <dnnl.h>

#include "tessera_onednn.h"

/// Where the elements of a matrix lie. Owned, to be destroyed, and the same to oneDNN's other calls in both versions.
#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t tessera_layout;
typedef const_dnnl_memory_desc_t tessera_const_layout;
#else
typedef dnnl_memory_desc_t *tessera_layout;
typedef const dnnl_memory_desc_t *tessera_const_layout;
#endif

/// The layouts of one product: source `[rows, input]`, weights `[input, output]`, and destination `[rows, output]`.
typedef struct {
    tessera_const_layout source, weights, destination;
} tessera_product_layouts;

/// The processor, the same for everybody; null when oneDNN cannot start.
dnnl_engine_t tessera_engine(void);

tessera_onednn_status tessera_status(dnnl_status_t status);

/// A matrix with the given distances between neighbouring rows and columns.
dnnl_status_t tessera_layout_strided(tessera_layout *layout, int64_t rows, int64_t columns, int64_t row_stride,
                                     int64_t column_stride, dnnl_data_type_t type);

/// A matrix laid out as the primitive that takes it likes best.
dnnl_status_t tessera_layout_any(tessera_layout *layout, int64_t rows, int64_t columns, dnnl_data_type_t type);

/// Some columns of a matrix `[rows, columns]`, which begin where a block of its layout does.
dnnl_status_t tessera_layout_columns(tessera_layout *layout, tessera_const_layout whole, int64_t rows, int64_t first,
                                     int64_t count);

dnnl_status_t tessera_layout_copy(tessera_layout *layout, tessera_const_layout original);

void tessera_layout_destroy(tessera_layout layout);

/// The description of a product, with scratch memory supplied by the caller.
dnnl_status_t tessera_product_describe(dnnl_primitive_desc_t *description, tessera_product_layouts layouts);

/// Copies a matrix from one layout to another.
dnnl_status_t tessera_reorder(tessera_const_layout from_layout, const void *from, tessera_const_layout to_layout,
                              void *to);

#endif
