internal import CTesseraOneDNN
internal import CTesseraVector

/// Which back end multiplies a matrix, and in which numbers: decided here and nowhere else.
///
/// The package's own loops do, in the instruction set that the processor has: in float32, bfloat16 and int8 they reach what it
/// can multiply, and what follows a product happens on the way. Others do where they have what the loops have not:
///
/// - oneDNN on processors with tiles of bfloat16 and bytes (AMX), for more than a few rows;
/// - oneDNN in float32 in trainings, where both factors are new at each step and packing them is part of the time: with our own
///   packing a step took 1.1 times as long on one core, and 1.2 times on two;
/// - OpenBLAS in float32, for large matrices and more than a few rows, on processors that the loops have no instruction set for,
///   where it is installed.
package struct MatrixPlan: Equatable, Sendable {
    package enum BackEnd: Sendable { case panels, oneDNN, openBLAS }

    package let backEnd: BackEnd
    package let precision: Precision

    /// What decides besides the matrix.
    package struct Machine: Sendable {
        var choice: KernelChoice
        /// Whether oneDNN has products of tiles, which the package's own loops lack.
        var hasTiles: Bool
        /// Whether the loops have no instruction set for the processor, and OpenBLAS is there instead.
        var needsOpenBLAS: Bool

        package init(choice: KernelChoice = .best, hasTiles: Bool = false, needsOpenBLAS: Bool = false) {
            (self.choice, self.hasTiles, self.needsOpenBLAS) = (choice, hasTiles, needsOpenBLAS)
        }

        /// OpenBLAS is loaded only where it may be used, so that programs start as fast without it.
        package static let current = Machine(
            choice: .current, hasTiles: tessera_onednn_has_tiles(),
            needsOpenBLAS: instructionSet == "baseline" && OpenBLAS.shared != nil)
    }

    /// Inputs and outputs below which quantising activations and scaling sums costs more than 8-bit products save: with 65
    /// rows, int8 reached 0.5 of bfloat16's speed at 64 × 64, 0.75 at 128 × 128 and 0.97 at 192 × 192.
    private static let narrow = 128

    package init(backEnd: BackEnd, precision: Precision) { (self.backEnd, self.precision) = (backEnd, precision) }

    /// The plan for a matrix `[output, input]`.
    package init(_ packing: Packing, input: Int, output: Int, on machine: Machine = .current) {
        let fitsBytes = min(input, output) >= MatrixPlan.narrow && input <= Int(TESSERA_INT8_INPUTS)
        precision = packing.precision == .int8 && !fitsBytes ? .bfloat16 : packing.precision
        // It packs both factors at each product, which of a few rows, or of a small matrix, is most of the time.
        let isForOpenBLAS = precision == .float32 && !packing.isForFewRows && input * output >= 1 << 16
        switch machine.choice {
        case .oneDNN: backEnd = .oneDNN
        case .openBLAS: backEnd = isForOpenBLAS ? .openBLAS : .panels
        case .instructionSet: backEnd = .panels
        case .best where machine.hasTiles && precision != .float32 && !packing.isForFewRows: backEnd = .oneDNN
        case .best where machine.needsOpenBLAS && isForOpenBLAS: backEnd = .openBLAS
        case .best: backEnd = .panels
        }
    }

    /// Inputs and outputs below which a training's products are the loops': with AVX-512 and 8 of either, two threads' products by
    /// oneDNN 2.6.3 were not the same from run to run, and from 16 on they were.
    private static let narrowInTraining = 16

    /// Whether a training's products with a matrix `[output, input]` are of factors as they lie, which oneDNN packs as it goes.
    static func multipliesDense(_ precision: Precision, input: Int, output: Int) -> Bool {
        precision == .float32 && min(input, output) >= narrowInTraining
            && [.best, .oneDNN].contains(KernelChoice.current)
    }

    /// In which numbers the product of two matrices is best computed that both change from call to call. Neither is a weight that
    /// many rows share, so that fewer bits save nothing where the processor has no products of them.
    static func precisionOfChangingFactors(_ precision: Precision) -> Precision {
        precision != .float32 && kernels.pointee.multiplies_bfloat16 ? .bfloat16 : .float32
    }
}
