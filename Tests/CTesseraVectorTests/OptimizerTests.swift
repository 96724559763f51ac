import CTesseraVector
import Testing

@Suite struct OptimizerTests {
    static let counts = [1, 16, 37, 3000]

    @Test(arguments: availableSets, counts)
    func squaresAreSummed(set name: String, count: Int) {
        let x = noise(count, seed: 1)
        let expected = x.reduce(0.0) { $0 + Double($1) * Double($1) }
        #expect(abs(tessera_kernels_named(name)!.pointee.sum_of_squares(x, Int64(count)) - expected) <= 1e-6 * expected)
    }

    @Test(arguments: availableSets, counts)
    func elementsMoveTowardOthers(set name: String, count: Int) {
        let x = noise(count, seed: 1)
        let y = noise(count, seed: 2)
        var moved = y
        tessera_kernels_named(name)!.pointee.move_toward(x, 0.3, Int64(count), &moved)
        #expect(relativeError(moved, zip(x, y).map { Double($1) + 0.3 * (Double($0) - Double($1)) }) <= 3e-7)
    }

    /// Three steps as PyTorch's documentation of AdamW writes them, in double precision; float32 keeps seven digits of each.
    @Test(arguments: availableSets, counts)
    func stepsEqualTheReference(set name: String, count: Int) {
        let set = tessera_kernels_named(name)!.pointee
        var p = noise(count, seed: 1)
        var m = [Float](repeating: 0, count: count)
        var v = m
        var expected = p.map(Double.init)
        var (first, second) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        for step in 1...3 {
            let gradient = noise(count, seed: UInt64(step + 1))
            let (corrected1, corrected2) = (1 - power(0.9, step), 1 - power(0.99, step))
            var constants = tessera_adamw(
                rate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-4, weight_decay: 0.2,
                bias_correction1: Float(corrected1),
                bias_correction2: Float(corrected2), gradient_scale: 0.5)
            set.adamw_step(&constants, gradient, Int64(count), &m, &v, &p)
            for index in 0..<count {
                let g = Double(gradient[index]) * 0.5
                expected[index] -= 0.1 * 0.2 * expected[index]
                first[index] = 0.9 * first[index] + 0.1 * g
                second[index] = 0.99 * second[index] + 0.01 * g * g
                expected[index] -=
                    0.1 * (first[index] / corrected1) / ((second[index] / corrected2).squareRoot() + 1e-4)
            }
        }
        #expect(relativeError(p, expected) <= 2e-6)
        #expect(relativeError(m, first) <= 2e-6)
        #expect(relativeError(v, second) <= 2e-6)
    }

    private func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { product, _ in product * base }
    }
}
