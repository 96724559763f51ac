// The loops for processors with AVX-512 (F, BW, DQ, VL) that also multiply bytes (VNNI) and pairs of bfloat16 (BF16).

#include "kernels/prelude.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define BYTE_PRODUCTS
#define PAIR_PRODUCTS
#define KERNEL_SET tessera_kernels_avx512bf16
#define KERNEL_NAME "avx512bf16"
#include "kernels/avx512.inc"
#endif
