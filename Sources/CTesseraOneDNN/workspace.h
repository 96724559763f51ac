#ifndef TESSERA_ONEDNN_WORKSPACE_H
#define TESSERA_ONEDNN_WORKSPACE_H

#include "primitives.h"

/// What one call needs while it runs, used again by the calls after it.
typedef struct tessera_workspace {
    dnnl_stream_t stream;
    uint8_t *memory;
    size_t bytes;
    struct tessera_workspace *next;
} tessera_workspace;

/// A workspace of at least so many bytes, on a 64-byte boundary, for this caller alone; to be released.
tessera_onednn_status tessera_workspace_acquire(size_t bytes, tessera_workspace **result);

void tessera_workspace_release(tessera_workspace *workspace);

#endif
