#include "parallel.h"

#if defined(__linux__)

// libgomp's entry points, as compilers call them: clang needs no OpenMP headers or flags this way, and our loops run on
// the very team of threads that runs oneDNN's.
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);

extern int omp_get_max_threads(void);
extern void omp_set_num_threads(int count);

int tessera_onednn_begin_alone(void) {
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    return threads;
}

void tessera_onednn_end_alone(int threads) { omp_set_num_threads(threads); }

/// Below this, waking a sleeping team costs more than the loop.
enum { smallest_parallel_work = 32768 };

typedef struct {
    int64_t count;
    tessera_range_body body;
    const void *context;
} parallel_job;

static void run_share(void *data) {
    const parallel_job *job = data;
    int64_t threads = omp_get_num_threads(), index = omp_get_thread_num();
    int64_t share = job->count / threads, rest = job->count % threads;
    int64_t first = index * share + (index < rest ? index : rest);
    int64_t end = first + share + (index < rest ? 1 : 0);
    if (first < end) job->body(job->context, first, end);
}

void tessera_onednn_parallel(int64_t count, int64_t elements, tessera_range_body body, const void *context) {
    if (count < 2 || elements < smallest_parallel_work) {
        body(context, 0, count);
        return;
    }
    parallel_job job = {count, body, context};
    GOMP_parallel(run_share, &job, 0, 0);
}

#else

int tessera_onednn_begin_alone(void) { return 1; }

void tessera_onednn_end_alone(int threads) { (void)threads; }

void tessera_onednn_parallel(int64_t count, int64_t elements, tessera_range_body body, const void *context) {
    (void)elements;
    body(context, 0, count);
}

#endif
