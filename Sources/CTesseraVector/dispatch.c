// Which of the sets of kernels this processor runs.

#include "kernels/prelude.h"

const tessera_kernel_set *tessera_kernels_named(const char *name) {
    if (strcmp(name, "baseline") == 0) return &tessera_kernels_baseline;
#if defined(__x86_64__)
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (strcmp(name, "avx512bf16") == 0)
        return avx512 && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16")
                   ? &tessera_kernels_avx512bf16
                   : NULL;
    if (strcmp(name, "avx512vnni") == 0)
        return avx512 && __builtin_cpu_supports("avx512vnni") ? &tessera_kernels_avx512vnni : NULL;
    if (strcmp(name, "avx512") == 0) return avx512 ? &tessera_kernels_avx512 : NULL;
    if (strcmp(name, "avx2") == 0)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &tessera_kernels_avx2 : NULL;
#endif
    return NULL;
}

// Some processors multiply a vector of pairs of bfloat16 as fast as one of float32 (AMD's), others four times as slowly, since they
// have tiles for that (Intel's; a virtual machine may hide those): two products of widened halves are faster then. What the
// processor says of itself does not tell; how long it takes does.
static bool is_worth_running(const tessera_kernel_set *set) {
    return !set->multiplies_bfloat16 || tessera_cost_of_pairs() < 2;
}

const tessera_kernel_set *tessera_best_kernels(void) {
    static const char *const names[] = {"avx512bf16", "avx512vnni", "avx512", "avx2"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const tessera_kernel_set *set = tessera_kernels_named(names[i]);
        if (set && is_worth_running(set)) return set;
    }
    return &tessera_kernels_baseline;
}
