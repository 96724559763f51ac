#ifndef TESSERA_CFUZZER_H
#define TESSERA_CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// libFuzzer as a function: calls `callback` with ever other bytes until it crashes or the time is up.
/// https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library
int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*callback)(const uint8_t *bytes, size_t count));

#endif
