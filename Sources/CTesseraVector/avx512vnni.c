// The loops for processors with AVX-512 (F, BW, DQ, VL) that also multiply bytes (VNNI).

#include "kernels/prelude.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define BYTE_PRODUCTS
#define KERNEL_SET tessera_kernels_avx512vnni
#define KERNEL_NAME "avx512vnni"
#include "kernels/avx512.inc"
#endif
