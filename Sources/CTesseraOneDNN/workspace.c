#include "workspace.h"

#include <pthread.h>
#include <stdlib.h>

#include "matrix.h"

/// Larger memory goes back to the system after each call.
static const size_t largest_kept = 64u << 20;

/// Workspaces that nobody is using: as many as there ever were calls at once.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static tessera_workspace *available;

static tessera_onednn_status take(tessera_workspace **result) {
    pthread_mutex_lock(&lock);
    tessera_workspace *workspace = available;
    if (workspace) available = workspace->next;
    pthread_mutex_unlock(&lock);
    if (!workspace) {
        workspace = calloc(1, sizeof *workspace);
        if (!workspace) return TESSERA_ONEDNN_OUT_OF_MEMORY;
        dnnl_status_t status = dnnl_stream_create(&workspace->stream, tessera_engine(), dnnl_stream_default_flags);
        if (status != dnnl_success) {
            free(workspace);
            return tessera_status(status);
        }
    }
    *result = workspace;
    return TESSERA_ONEDNN_SUCCESS;
}

tessera_onednn_status tessera_workspace_acquire(size_t bytes, tessera_workspace **result) {
    tessera_workspace *workspace = NULL;
    tessera_onednn_status status = take(&workspace);
    if (status != TESSERA_ONEDNN_SUCCESS) return status;
    if (workspace->bytes < bytes) {
        free(workspace->memory);
        workspace->memory = tessera_allocate(bytes);
        workspace->bytes = workspace->memory ? bytes : 0;
        if (!workspace->memory) {
            tessera_workspace_release(workspace);
            return TESSERA_ONEDNN_OUT_OF_MEMORY;
        }
    }
    *result = workspace;
    return TESSERA_ONEDNN_SUCCESS;
}

void tessera_workspace_release(tessera_workspace *workspace) {
    if (workspace->bytes > largest_kept) {
        free(workspace->memory);
        workspace->memory = NULL;
        workspace->bytes = 0;
    }
    pthread_mutex_lock(&lock);
    workspace->next = available;
    available = workspace;
    pthread_mutex_unlock(&lock);
}
