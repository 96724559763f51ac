// What every file of kernels includes first.

#ifndef TESSERA_KERNELS_PRELUDE_H
#define TESSERA_KERNELS_PRELUDE_H

#include "tessera_vector.h"
#include <math.h>
#include <string.h>

extern const tessera_kernel_set tessera_kernels_avx512bf16, tessera_kernels_avx512vnni, tessera_kernels_avx512,
    tessera_kernels_avx2, tessera_kernels_baseline;

// The time that a product of two vectors of pairs of bfloat16 takes, in units of that of two vectors of floats; of processors
// that have both.
double tessera_cost_of_pairs(void);

// Sums may be reordered and products fused with additions; NaN and infinity keep their meaning.
#pragma clang fp contract(fast)
#pragma clang fp reassociate(on)

#endif
