// The one team of threads.

#define _GNU_SOURCE // sched_getaffinity
#include "tessera_vector.h"
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

typedef struct {
    void (*body)(void *context, int64_t part);
    void *context;
    int64_t parts;
    _Atomic int64_t next;
} team_work;

#if defined(__APPLE__)
#include <dispatch/dispatch.h>

static void take_one(void *data, size_t part) {
    team_work *work = data;
    work->body(work->context, (int64_t)part);
}

void tessera_parallel(int threads, int64_t parts, void (*body)(void *, int64_t), void *context) {
    (void)threads;
    team_work work = {body, context, parts, 0};
    dispatch_apply_f((size_t)parts, DISPATCH_APPLY_AUTO, &work, take_one);
}
void tessera_limit_team(int threads) { (void)threads; }
#else
extern void omp_set_num_threads(int threads);

void tessera_limit_team(int threads) { omp_set_num_threads(threads); }

// libgomp's entry for `#pragma omp parallel`: the pragma itself would need a compiler flag that packages may not set.
extern void GOMP_parallel(void (*function)(void *), void *data, unsigned threads, unsigned flags);

static void take_parts(void *data) {
    team_work *work = data;
    for (;;) {
        int64_t part = atomic_fetch_add_explicit(&work->next, 1, memory_order_relaxed);
        if (part >= work->parts) return;
        work->body(work->context, part);
    }
}

void tessera_parallel(int threads, int64_t parts, void (*body)(void *, int64_t), void *context) {
    team_work work = {body, context, parts, 0};
    GOMP_parallel(take_parts, &work, (unsigned)threads, 0);
}
#endif

int tessera_available_processors(void) {
#if defined(__linux__)
    cpu_set_t processors;
    if (sched_getaffinity(0, sizeof processors, &processors) == 0) return CPU_COUNT(&processors);
#endif
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (int)count : 1;
}
