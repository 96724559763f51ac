#include "primitives.h"

#include <pthread.h>
#include <stdlib.h>

static dnnl_engine_t engine;
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;

static void create_engine(void) {
    if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
}

dnnl_engine_t tessera_engine(void) {
    pthread_once(&engine_once, create_engine);
    return engine;
}

tessera_onednn_status tessera_status(dnnl_status_t status) {
    switch (status) {
    case dnnl_success: return TESSERA_ONEDNN_SUCCESS;
    case dnnl_out_of_memory: return TESSERA_ONEDNN_OUT_OF_MEMORY;
    case dnnl_unimplemented: return TESSERA_ONEDNN_UNSUPPORTED;
    default: return TESSERA_ONEDNN_FAILED;
    }
}

#if DNNL_VERSION_MAJOR >= 3

dnnl_status_t tessera_layout_strided(tessera_layout *layout, int64_t rows, int64_t columns, int64_t row_stride,
                                     int64_t column_stride, dnnl_data_type_t type) {
    const dnnl_dims_t sizes = {rows, columns}, strides = {row_stride, column_stride};
    return dnnl_memory_desc_create_with_strides(layout, 2, sizes, type, strides);
}

dnnl_status_t tessera_layout_any(tessera_layout *layout, int64_t rows, int64_t columns, dnnl_data_type_t type) {
    const dnnl_dims_t sizes = {rows, columns};
    return dnnl_memory_desc_create_with_tag(layout, 2, sizes, type, dnnl_format_tag_any);
}

dnnl_status_t tessera_layout_columns(tessera_layout *layout, tessera_const_layout whole, int64_t rows, int64_t first,
                                     int64_t count) {
    const dnnl_dims_t sizes = {rows, count}, offsets = {0, first};
    return dnnl_memory_desc_create_submemory(layout, whole, sizes, offsets);
}

dnnl_status_t tessera_layout_copy(tessera_layout *layout, tessera_const_layout original) {
    return dnnl_memory_desc_clone(layout, original);
}

void tessera_layout_destroy(tessera_layout layout) {
    if (layout) dnnl_memory_desc_destroy(layout);
}

static dnnl_status_t describe_matmul(dnnl_primitive_desc_t *description, tessera_product_layouts layouts,
                                     const_dnnl_primitive_attr_t attributes) {
    return dnnl_matmul_primitive_desc_create(description, tessera_engine(), layouts.source, layouts.weights, NULL,
                                             layouts.destination, attributes);
}

#else

dnnl_status_t tessera_layout_strided(tessera_layout *layout, int64_t rows, int64_t columns, int64_t row_stride,
                                     int64_t column_stride, dnnl_data_type_t type) {
    const dnnl_dims_t sizes = {rows, columns}, strides = {row_stride, column_stride};
    *layout = malloc(sizeof **layout);
    return *layout ? dnnl_memory_desc_init_by_strides(*layout, 2, sizes, type, strides) : dnnl_out_of_memory;
}

dnnl_status_t tessera_layout_any(tessera_layout *layout, int64_t rows, int64_t columns, dnnl_data_type_t type) {
    const dnnl_dims_t sizes = {rows, columns};
    *layout = malloc(sizeof **layout);
    return *layout ? dnnl_memory_desc_init_by_tag(*layout, 2, sizes, type, dnnl_format_tag_any) : dnnl_out_of_memory;
}

dnnl_status_t tessera_layout_columns(tessera_layout *layout, tessera_const_layout whole, int64_t rows, int64_t first,
                                     int64_t count) {
    const dnnl_dims_t sizes = {rows, count}, offsets = {0, first};
    *layout = malloc(sizeof **layout);
    return *layout ? dnnl_memory_desc_init_submemory(*layout, whole, sizes, offsets) : dnnl_out_of_memory;
}

dnnl_status_t tessera_layout_copy(tessera_layout *layout, tessera_const_layout original) {
    *layout = malloc(sizeof **layout);
    if (!*layout) return dnnl_out_of_memory;
    **layout = *original;
    return dnnl_success;
}

void tessera_layout_destroy(tessera_layout layout) {
    free(layout);
}

static dnnl_status_t describe_matmul(dnnl_primitive_desc_t *description, tessera_product_layouts layouts,
                                     const_dnnl_primitive_attr_t attributes) {
    dnnl_matmul_desc_t operation;
    dnnl_status_t status = dnnl_matmul_desc_init(&operation, layouts.source, layouts.weights, NULL, layouts.destination);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(description, &operation, attributes, tessera_engine(), NULL);
}

#endif

dnnl_status_t tessera_product_describe(dnnl_primitive_desc_t *description, tessera_product_layouts layouts) {
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_status_t status = dnnl_primitive_attr_create(&attributes);
    // The library's own scratch memory may not be shared by threads that run one primitive at once.
    if (status == dnnl_success) status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
    if (status == dnnl_success) status = describe_matmul(description, layouts, attributes);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    return status;
}

static dnnl_status_t run_reorder(dnnl_primitive_t primitive, dnnl_memory_t from, dnnl_memory_t to) {
    dnnl_stream_t stream = NULL;
    dnnl_status_t status = dnnl_stream_create(&stream, tessera_engine(), dnnl_stream_default_flags);
    if (status != dnnl_success) return status;
    const dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    status = dnnl_primitive_execute(primitive, stream, 2, arguments);
    if (status == dnnl_success) status = dnnl_stream_wait(stream);
    dnnl_stream_destroy(stream);
    return status;
}

dnnl_status_t tessera_reorder(tessera_const_layout from_layout, const void *from, tessera_const_layout to_layout,
                              void *to) {
    dnnl_engine_t processor = tessera_engine();
    dnnl_primitive_desc_t description = NULL;
    dnnl_primitive_t primitive = NULL;
    dnnl_memory_t from_memory = NULL, to_memory = NULL;
    dnnl_status_t status =
        dnnl_reorder_primitive_desc_create(&description, from_layout, processor, to_layout, processor, NULL);
    if (status == dnnl_success) status = dnnl_primitive_create(&primitive, description);
    // oneDNN's memory objects have no const; a reorder only reads its source.
    if (status == dnnl_success) status = dnnl_memory_create(&from_memory, from_layout, processor, (void *)from);
    if (status == dnnl_success) status = dnnl_memory_create(&to_memory, to_layout, processor, to);
    if (status == dnnl_success) status = run_reorder(primitive, from_memory, to_memory);
    if (to_memory) dnnl_memory_destroy(to_memory);
    if (from_memory) dnnl_memory_destroy(from_memory);
    if (primitive) dnnl_primitive_destroy(primitive);
    if (description) dnnl_primitive_desc_destroy(description);
    return status;
}
