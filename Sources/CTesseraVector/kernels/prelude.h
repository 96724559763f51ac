// What every file of kernels includes first.

#ifndef TESSERA_KERNELS_PRELUDE_H
#define TESSERA_KERNELS_PRELUDE_H

#include "tessera_vector.h"
#include <math.h>
#include <string.h>

extern const tessera_kernel_set tessera_kernels_avx512bf16, tessera_kernels_avx512vnni, tessera_kernels_avx512,
    tessera_kernels_avx2, tessera_kernels_baseline;

// Sums may be reordered and products fused with additions; NaN and infinity keep their meaning.
#pragma clang fp contract(fast)
#pragma clang fp reassociate(on)

#endif
