// The one team of threads.
//
// A job is a number of parts; the caller and the workers each take the next part that is left, and the caller returns when
// all parts are done. It never waits for a worker that has taken none: on a busy machine, where a worker may not get a
// processor for milliseconds, the caller does the work itself. Between jobs workers watch for the next one for some
// microseconds, as a model's forward pass brings one every few, and then sleep.

#define _GNU_SOURCE // sched_getaffinity
#include "tessera_vector.h"
#include <sched.h>
#include <unistd.h>

int tessera_available_processors(void) {
#if defined(__linux__)
    cpu_set_t processors;
    if (sched_getaffinity(0, sizeof processors, &processors) == 0) return CPU_COUNT(&processors);
#endif
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (int)count : 1;
}

// Of a worker, those of the job that it works on.
static _Thread_local int current_threads;

int tessera_current_threads(void) { return current_threads; }
void tessera_set_current_threads(int count) { current_threads = count; }

// A worker never waits for a turn: whoever it works for may have one, and waits for the worker.
static _Thread_local int has_turn;

int tessera_has_turn(void) { return has_turn; }
void tessera_set_has_turn(int value) { has_turn = value; }

#if defined(__linux__)
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>

enum { most_threads = 1024, watch_rounds = 2000, part_bits = 20 };
static const uint64_t part_mask = (1u << part_bits) - 1;

static struct {
    // How many parts the job has, and the next one: a single word, so that whoever takes a part knows of which job.
    _Atomic uint64_t ticket;
    _Atomic uint32_t finished; // parts of the job that are done
    _Atomic uint32_t epoch;    // how many jobs there were: what idle workers watch
    _Atomic int sleepers;      // workers that wait to be woken
    _Atomic int caller_sleeps;
    _Atomic int helpers;       // workers that may take parts of the job
    // Written by the caller before the ticket, read by those who took a part.
    void (*body)(void *context, int64_t part);
    void *context;
    int threads; // that the caller may use: workers split their work as it would
    int workers; // started so far; touched by the caller alone
} team;

static void wait_while(_Atomic uint32_t *word, uint32_t value) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake(_Atomic uint32_t *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0); }

static void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void take_parts(void) {
    for (;;) {
        const uint64_t ticket = atomic_fetch_add(&team.ticket, 1);
        const uint32_t part = (uint32_t)(ticket & part_mask), parts = (uint32_t)(ticket >> part_bits & part_mask);
        if (part >= parts) return;
        current_threads = team.threads;
        team.body(team.context, part);
        if (atomic_fetch_add(&team.finished, 1) + 1 == parts && atomic_load(&team.caller_sleeps)) wake(&team.finished);
    }
}

static void *work(void *argument) {
    const int index = (int)(intptr_t)argument;
    uint32_t seen = 0;
    has_turn = 1;
    for (;;) {
        for (int round = 0; atomic_load_explicit(&team.epoch, memory_order_acquire) == seen; round++) {
            if (round < watch_rounds) {
                pause_briefly();
                continue;
            }
            atomic_fetch_add(&team.sleepers, 1);
            wait_while(&team.epoch, seen);
            atomic_fetch_sub(&team.sleepers, 1);
        }
        seen = atomic_load(&team.epoch);
        if (index < atomic_load(&team.helpers)) take_parts();
    }
    return NULL;
}

// Starts workers until there are `count`, or as many as the system grants.
static void start_workers(int count) {
    sigset_t all, before;
    sigfillset(&all); // signals are the program's business, not a worker's
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (; team.workers < count; team.workers++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, work, (void *)(intptr_t)team.workers) != 0) break;
        pthread_detach(thread);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void run_job(int64_t parts, void (*body)(void *, int64_t), void *context) {
    team.body = body;
    team.context = context;
    team.threads = current_threads;
    atomic_store(&team.finished, 0);
    atomic_store(&team.ticket, (uint64_t)parts << part_bits);
    atomic_fetch_add(&team.epoch, 1);
    if (atomic_load(&team.sleepers) > 0) wake(&team.epoch);
    take_parts();
    for (int round = 0;; round++) {
        const uint32_t finished = atomic_load(&team.finished);
        if (finished == (uint32_t)parts) return;
        if (round < watch_rounds) {
            pause_briefly();
            continue;
        }
        atomic_store(&team.caller_sleeps, 1);
        if (atomic_load(&team.finished) == finished) wait_while(&team.finished, finished);
        atomic_store(&team.caller_sleeps, 0);
    }
}

void tessera_parallel(int threads, int64_t parts, void (*body)(void *, int64_t), void *context) {
    if (threads > most_threads) threads = most_threads;
    if (team.workers < threads - 1) start_workers(threads - 1);
    atomic_store(&team.helpers, threads - 1);
    // A ticket has room for half a million parts and for those who find none left; no job of a model comes near.
    if (parts <= (int64_t)(part_mask / 2)) {
        run_job(parts, body, context);
        return;
    }
    for (int64_t part = 0; part < parts; part++) body(context, part);
}
#else
#include <dispatch/dispatch.h>

typedef struct {
    void (*body)(void *context, int64_t part);
    void *context;
    int threads;
} job;

static void take_one(void *data, size_t part) {
    const job *work = data;
    const int threads_before = current_threads, turn_before = has_turn;
    current_threads = work->threads;
    has_turn = 1;
    work->body(work->context, (int64_t)part);
    current_threads = threads_before;
    has_turn = turn_before;
}

void tessera_parallel(int threads, int64_t parts, void (*body)(void *, int64_t), void *context) {
    (void)threads;
    job work = {body, context, current_threads};
    dispatch_apply_f((size_t)parts, DISPATCH_APPLY_AUTO, &work, take_one);
}
#endif
