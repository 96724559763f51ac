// The loops for processors with AVX-512 (F, BW, DQ, VL).

#include "kernels/prelude.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define KERNEL_SET tessera_kernels_avx512
#define KERNEL_NAME "avx512"
#include "kernels/avx512.inc"
#endif
