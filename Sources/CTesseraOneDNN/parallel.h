#ifndef TESSERA_ONEDNN_PARALLEL_H
#define TESSERA_ONEDNN_PARALLEL_H

#include <stdint.h>

typedef void (*tessera_range_body)(const void *context, int64_t first, int64_t end);

/// Runs the body over 0..<count in contiguous ranges, one a thread, where `elements` in all are worth waking threads.
void tessera_onednn_parallel(int64_t count, int64_t elements, tessera_range_body body, const void *context);

/// Makes the parallel loops that this thread enters, ours and oneDNN's, run on it alone until `end_alone` is called with
/// what this returned: threads that wait for each other in two teams would take each other's processors.
int tessera_onednn_begin_alone(void);
void tessera_onednn_end_alone(int threads);

#endif
