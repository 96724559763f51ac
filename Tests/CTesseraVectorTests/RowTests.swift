import CTesseraVector
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct RowTests {
    static let widths = [1, 7, 16, 33, 192]

    @Test(arguments: availableSets)
    func activationsEqualTheReference(set name: String) {
        let set = tessera_kernels_named(name)!.pointee
        let x = stride(from: Float(-12), through: 12, by: 0.037).map { $0 } + [0, -90, 90]
        for activation in activations {
            var y = [Float](repeating: 777, count: x.count)
            set.activate(activation, x, Int64(x.count), &y)
            // Absolute: the functions are of the order of x, and near zero their error is of the order of an ulp of 1.
            let worst = zip(x, y).map { abs(Double($1) - activated(activation, Double($0))) / max(1, abs(Double($0))) }
                .max()!
            #expect(worst <= 3e-7, "activation \(activation)")
        }
    }

    /// The last columns, which fill no vector, come about as the others do, and not as it suits where x, weight and y lie.
    @Test(arguments: availableSets, [7, 24, 33])
    func normsDoNotDependOnWhereRowsLie(set name: String, width: Int) {
        let set = tessera_kernels_named(name)!.pointee
        let (x, weight, bias) = (noise(width, seed: 1), noise(width, seed: 2), noise(width, seed: 3))
        var results: Set<[Float]> = []
        for gap in 0..<40 {
            var memory = [Float](repeating: 0, count: 4 * (width + gap))
            memory.withUnsafeMutableBufferPointer { memory in
                let places = (0..<4).map { memory.baseAddress! + $0 * (width + gap) }
                for (place, values) in zip(places, [x, weight, bias]) { place.update(from: values, count: width) }
                set.layer_norm(places[0], 1, Int64(width), places[1], places[2], 1e-5, places[3])
                results.insert((0..<width).map { places[3][$0] })
            }
        }
        #expect(results.count == 1)
    }

    @Test(arguments: availableSets, widths)
    func normsEqualTheReference(set name: String, width: Int) {
        let set = tessera_kernels_named(name)!.pointee
        let rows = 3
        let epsilon = 1e-5
        let x = noise(rows * width, seed: 1)
        let weight = noise(width, seed: 2)
        let bias = noise(width, seed: 3)
        var layer = [Float](repeating: 777, count: x.count)
        var rootMeanSquare = layer
        set.layer_norm(x, Int64(rows), Int64(width), weight, bias, Float(epsilon), &layer)
        set.rms_norm(x, Int64(rows), Int64(width), weight, Float(epsilon), &rootMeanSquare)
        var expectedLayer: [Double] = []
        var expectedRootMeanSquare: [Double] = []
        for row in 0..<rows {
            let values = x[row * width..<(row + 1) * width].map(Double.init)
            let mean = values.reduce(0, +) / Double(width)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
            let square = values.reduce(0) { $0 + $1 * $1 } / Double(width)
            for (column, value) in values.enumerated() {
                expectedLayer.append(
                    (value - mean) / (variance + epsilon).squareRoot() * Double(weight[column]) + Double(bias[column]))
                expectedRootMeanSquare.append(value / (square + epsilon).squareRoot() * Double(weight[column]))
            }
        }
        #expect(relativeError(layer, expectedLayer) <= 2e-6)
        #expect(relativeError(rootMeanSquare, expectedRootMeanSquare) <= 2e-6)
    }

    /// Each pair of a head is turned by its angle; what lies behind the pairs stays.
    @Test(arguments: availableSets, widths)
    func headsAreTurned(set name: String, half: Int) {
        let set = tessera_kernels_named(name)!.pointee
        let (heads, size) = (3, 2 * half + 3)
        let x = noise(heads * size, seed: 1)
        let angles = noise(half, seed: 2).map { Double($0) * 7 }
        var turned = x
        set.rotate_heads(
            &turned, Int64(heads), Int64(size), angles.map { Float(cos($0)) }, angles.map { Float(sin($0)) },
            Int64(half))
        var expected = x.map(Double.init)
        for head in 0..<heads {
            for (pair, angle) in angles.enumerated() {
                let (first, second) = (head * size + pair, head * size + half + pair)
                let (a, b) = (Double(x[first]), Double(x[second]))
                expected[first] = a * cos(angle) - b * sin(angle)
                expected[second] = b * cos(angle) + a * sin(angle)
            }
        }
        #expect(relativeError(turned, expected) <= 3e-7)
    }

    @Test(arguments: availableSets, widths)
    func softmaxEqualsTheReference(set name: String, width: Int) {
        let set = tessera_kernels_named(name)!.pointee
        var x = noise(2 * width, seed: 1).map { $0 * 20 }
        for column in 0..<width { x[width + column] = -.infinity }
        let row = x[0..<width].map(Double.init)
        set.softmax(&x, 2, Int64(width))
        let weights = row.map { exp($0 - row.max()!) }
        #expect(relativeError(Array(x[0..<width]), weights.map { $0 / weights.reduce(0, +) }) <= 1e-6)
        #expect(x[width...].allSatisfy { $0 == 0 }, "a row of -infinity becomes zeros")
    }
}
