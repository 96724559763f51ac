import TesseraTensor
import Testing

@Suite struct MatrixPlanTests {
    private func plan(
        _ precision: Precision, few: Bool = false, input: Int = 512, output: Int = 512, _ machine: MatrixPlan.Machine
    ) -> MatrixPlan {
        MatrixPlan(Packing(precision, isForFewRows: few), input: input, output: output, on: machine)
    }

    @Test(arguments: Precision.allCases)
    func theOwnLoopsMultiplyWhatTheyCan(precision: Precision) {
        #expect(plan(precision, .init()).backEnd == .panels)
        #expect(plan(precision, .init(choice: .instructionSet("avx2"), hasTiles: true)).backEnd == .panels)
    }

    @Test func tilesAreOneDNNs() {
        let machine = MatrixPlan.Machine(hasTiles: true)
        #expect(plan(.bfloat16, machine).backEnd == .oneDNN)
        #expect(plan(.int8, machine).backEnd == .oneDNN)
        #expect(plan(.int8, few: true, machine).backEnd == .panels)
        #expect(plan(.float32, machine).backEnd == .panels)
    }

    @Test func openBLASStandsInForMissingInstructionSets() {
        let machine = MatrixPlan.Machine(needsOpenBLAS: true)
        #expect(plan(.float32, machine).backEnd == .openBLAS)
        #expect(plan(.bfloat16, machine).backEnd == .panels)
    }

    @Test(arguments: Precision.allCases)
    func whatIsAskedForMultiplies(precision: Precision) {
        #expect(plan(precision, few: true, .init(choice: .oneDNN)).backEnd == .oneDNN)
        let expected: MatrixPlan.BackEnd = precision == .float32 ? .openBLAS : .panels
        #expect(plan(precision, .init(choice: .openBLAS)).backEnd == expected)
        #expect(plan(precision, few: true, .init(choice: .openBLAS)).backEnd == .panels)
        #expect(plan(precision, input: 255, output: 256, .init(choice: .openBLAS)).backEnd == .panels)
    }

    /// Narrow matrices gain nothing from bytes, and sums of more inputs could overflow.
    @Test(arguments: [(127, 512), (512, 127), (65_537, 512)])
    func bytesAreForMatricesThatGainFromThem(input: Int, output: Int) {
        #expect(plan(.int8, input: input, output: output, .init()).precision == .bfloat16)
        #expect(plan(.int8, input: 65_536, output: 128, .init()).precision == .int8)
    }

    @Test func unknownKernelsAreRefused() {
        let complaint = KernelChoice("avx1024").complaint ?? ""
        #expect(complaint.contains("TESSERA_KERNELS=avx1024: there are no such kernels"))
        #expect(KernelChoice("baseline").complaint == nil && KernelChoice(nil).complaint == nil)
        #expect(KernelChoice("onednn") == .oneDNN && KernelChoice("") == .best)
    }
}

/// The back ends give the same: in int8 bit by bit, since sums of integers are exact and all else is the same code.
@Suite struct BackEndTests {
    static let sizes = [[1, 160, 130], [5, 160, 130], [67, 384, 200], [260, 160, 256]]

    private func inputs(_ sizes: [Int]) -> (x: Tensor, weight: Tensor, epilogue: Epilogue) {
        let epilogue = Epilogue(
            bias: noise([sizes[2]], seed: 3), activation: .gelu, scale: noise([sizes[2]], seed: 4),
            residual: noise([sizes[0], sizes[2]], seed: 5))
        return (noise([sizes[0], sizes[1]], seed: 1), noise([sizes[2], sizes[1]], seed: 2), epilogue)
    }

    /// In float32 and bfloat16 sums differ by their order; where the loops do not round activations, bfloat16 differs by that.
    @Test(
        arguments: [
            (MatrixPlan.BackEnd.oneDNN, Precision.float32, Float(1e-5)), (.oneDNN, .bfloat16, 2e-2),
            (.oneDNN, .int8, 0), (.openBLAS, .float32, 1e-5),
        ], sizes)
    func othersGiveWhatTheOwnLoopsGive(
        other: (backEnd: MatrixPlan.BackEnd, precision: Precision, tolerance: Float), sizes: [Int]
    ) throws {
        let isThere = other.backEnd != .openBLAS || OpenBLAS.shared != nil
        try #require(isThere, "OpenBLAS is not installed: `make test` does it")
        let (x, weight, epilogue) = inputs(sizes)
        let matrix = PackedMatrix(weight, MatrixPlan(backEnd: other.backEnd, precision: other.precision))
        // oneDNN lacks kernels for bfloat16 on some processors.
        #expect(matrix.backEnd == other.backEnd || other.precision == .bfloat16)
        let own = PackedMatrix(weight, MatrixPlan(backEnd: .panels, precision: other.precision))
        let difference = largestDifference(matrix.multiply(x, epilogue), own.multiply(x, epilogue))
        #expect(difference <= other.tolerance)
    }

    /// A row's result does not depend on how many there are.
    @Test(arguments: Precision.allCases, sizes)
    func rowsAreMultipliedAlike(precision: Precision, sizes: [Int]) {
        let (x, weight) = (noise([300, sizes[1]], seed: 1), noise([sizes[2], sizes[1]], seed: 2))
        let matrix = PackedMatrix(weight, MatrixPlan(backEnd: .panels, precision: precision))
        let rows = matrix.multiply(x.rows(0..<sizes[0]))
        #expect(rows == matrix.multiply(x).rows(0..<sizes[0]))
    }

    /// The largest difference as a share of the largest value.
    private func largestDifference(_ a: Tensor, _ b: Tensor) -> Float {
        let difference = zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
        return difference / b.values.reduce(0) { max($0, abs($1)) }
    }
}
