import CTesseraVector
import Testing

@Suite struct RowBackwardTests {
    /// The derivative by central differences of the double-precision function: exact to about 1e-10.
    @Test(arguments: availableSets)
    func activationsEqualTheReference(set name: String) {
        let set = tessera_kernels_named(name)!.pointee
        let x = stride(from: Float(-12), through: 12, by: 0.037).map { $0 } + [-90, 90, -1e20, 1e20]
        let dy = noise(x.count, seed: 1)
        for activation in activations {
            var dx = [Float](repeating: 777, count: x.count)
            set.activate_backward(activation, dy, x, Int64(x.count), &dx)
            let worst = x.indices.map { index in
                let (position, h) = (Double(x[index]), 1e-5 * max(1, abs(Double(x[index]))))
                let slope = (activated(activation, position + h) - activated(activation, position - h)) / (2 * h)
                return abs(Double(dx[index]) - Double(dy[index]) * slope)
            }.max()!
            // Of the order of 1; in GELU's tanh form, σ's rounding is multiplied with up to 10 on the way.
            #expect(worst <= 2e-6, "activation \(activation)")
        }
    }

    @Test(arguments: availableSets, RowTests.widths)
    func normsEqualTheReference(set name: String, width: Int) {
        let set = tessera_kernels_named(name)!.pointee
        let rows = 5
        let x = noise(rows * width, seed: 1)
        let dy = noise(rows * width, seed: 2)
        let weight = noise(width, seed: 3)
        for centred in [true, false] {
            let expected = NormReference(centred: centred, x, dy, weight, epsilon: 1e-2)
            var dx = [Float](repeating: 777, count: x.count)
            // Sums are added to what was there.
            var weightGradient = [Float](repeating: 1, count: width)
            var biasGradient = weightGradient
            if centred {
                set.layer_norm_backward(
                    x, dy, Int64(rows), Int64(width), weight, 1e-2, nil, &dx, &weightGradient, &biasGradient)
                #expect(relativeError(biasGradient, expected.biasGradient.map { $0 + 1 }) <= 1e-6)
            } else {
                set.rms_norm_backward(x, dy, Int64(rows), Int64(width), weight, 1e-2, nil, &dx, &weightGradient)
            }
            // One column's gradient is zero where the norm centres: then the error is an absolute one.
            #expect(relativeError(dx + [1], expected.inputGradient + [1]) <= 5e-6)
            #expect(relativeError(weightGradient, expected.weightGradient.map { $0 + 1 }) <= 2e-6)
        }
    }

    @Test(arguments: availableSets, [1, 3, 4, 9])
    func rowsAreAdded(set name: String, rows: Int) {
        let set = tessera_kernels_named(name)!.pointee
        let x = noise(rows * 37, seed: 1)
        var y = noise(37, seed: 2)
        let expected = y.indices.map { column in
            (0..<rows).reduce(Double(y[column])) { $0 + Double(x[$1 * 37 + column]) }
        }
        set.add_rows(x, Int64(rows), 37, &y)
        #expect(relativeError(y, expected) <= 1e-6)
    }
}

/// A norm's gradient in double precision, by the chain rule through its mean and its variance.
private struct NormReference {
    var inputGradient: [Double] = []
    var weightGradient, biasGradient: [Double]

    init(centred: Bool, _ x: [Float], _ dy: [Float], _ weight: [Float], epsilon: Double) {
        let width = weight.count
        weightGradient = [Double](repeating: 0, count: width)
        biasGradient = weightGradient
        for start in stride(from: 0, to: x.count, by: width) {
            let row = x[start..<start + width].map(Double.init)
            let mean = centred ? row.reduce(0, +) / Double(width) : 0
            let centredRow = row.map { $0 - mean }
            let deviation = (centredRow.reduce(0) { $0 + $1 * $1 } / Double(width) + epsilon).squareRoot()
            let change = (0..<width).map { Double(dy[start + $0]) * Double(weight[$0]) }
            // y = c / s: dc = dn / s, ds = -Σ dn c / s²; s² = Σ c² / n + ε: dc += ds c / (n s); c = x - mean.
            let ofDeviation = -zip(change, centredRow).reduce(0) { $0 + $1.0 * $1.1 } / (deviation * deviation)
            let ofCentred = (0..<width).map {
                change[$0] / deviation + ofDeviation * centredRow[$0] / (Double(width) * deviation)
            }
            let meanOfThose = centred ? ofCentred.reduce(0, +) / Double(width) : 0
            inputGradient += ofCentred.map { $0 - meanOfThose }
            for column in 0..<width {
                weightGradient[column] += Double(dy[start + column]) * centredRow[column] / deviation
                biasGradient[column] += Double(dy[start + column])
            }
        }
    }
}
