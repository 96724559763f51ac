#include "alone.h"

#if defined(__linux__)

// libgomp's entry points, as compilers call them: clang needs no OpenMP headers or flags this way.
extern int omp_get_max_threads(void);
extern void omp_set_num_threads(int count);

int tessera_begin_alone(void) {
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    return threads;
}

void tessera_end_alone(int threads) { omp_set_num_threads(threads); }

#else

int tessera_begin_alone(void) { return 1; }

void tessera_end_alone(int threads) { (void)threads; }

#endif
