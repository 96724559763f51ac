internal import CTesseraVector

/// The inner loops for this processor.
///
/// `nonisolated(unsafe)`: the set is a constant table of functions.
nonisolated(unsafe) let kernels: UnsafePointer<tessera_kernel_set> = tessera_kernels()

/// The name of the instruction set whose loops run: "avx512bf16", "avx512vnni", "avx512", "avx2" or "baseline".
public var instructionSet: String { String(cString: kernels.pointee.name) }

/// Elements below which splitting an elementwise loop over threads costs more than it saves.
let elementwiseGrain = 1 << 14
