// Which of the sets of kernels this processor runs.

#include "kernels/prelude.h"
#include <stdlib.h>

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

const tessera_kernel_set *tessera_kernels(void) {
    const char *wanted = getenv("TESSERA_KERNELS");
    const tessera_kernel_set *set = wanted ? tessera_kernels_named(wanted) : NULL;
    if (!set) set = tessera_kernels_named("avx512bf16");
    if (!set) set = tessera_kernels_named("avx512vnni");
    if (!set) set = tessera_kernels_named("avx512");
    if (!set) set = tessera_kernels_named("avx2");
    return set ? set : &tessera_kernels_baseline;
}
