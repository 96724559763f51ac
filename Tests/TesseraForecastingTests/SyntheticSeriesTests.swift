import TesseraForecasting
import TesseraLayers
import Testing

@Suite struct SyntheticSeriesTests {
    private let series = SyntheticSeries(seed: 42)

    @Test(
        "A series depends on its seed, number and length alone, whatever was drawn before and on however many threads")
    func reproducible() async {
        let expected = (0..<64).map { series.values($0, length: 200) }
        let differing = await withTaskGroup(of: Bool.self) { group in
            for number in (0..<64).reversed() {
                group.addTask { [series] in series.values(number, length: 200) != expected[number] }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(differing == 0)
        let others = (0..<64).count { SyntheticSeries(seed: 43).values($0, length: 200) == expected[$0] }
        #expect(others == 0, "with another seed they are others")
        #expect(Set(expected).count == 64, "each number has its own")
    }

    @Test("Values are finite and their squares too, at any length", arguments: SyntheticKind.allCases)
    func finite(_ kind: SyntheticKind) {
        for length in [1, 2, 9, 64, 576, 1500] {
            for number in 0..<30 {
                let values = series.values(number, length: length, of: kind)
                let sound = values.count { abs($0) < 1e9 }
                #expect(values.count == length && sound == length, "\(kind) \(number) of length \(length)")
            }
        }
    }

    @Test("Kinds are as frequent as their weights say, to four standard deviations")
    func weights() {
        let sum = SyntheticKind.allCases.reduce(0) { $0 + $1.weight }
        #expect(abs(sum - 1) < 1e-5)
        let count = 20_000
        var counts: [SyntheticKind: Int] = [:]
        for number in 0..<count { counts[series.kind(number), default: 0] += 1 }
        for kind in SyntheticKind.allCases {
            let expected = Float(count) * kind.weight
            let found = Float(counts[kind, default: 0])
            #expect(abs(found - expected) < 4 * expected.squareRoot(), "\(kind): \(found) for \(expected)")
        }
    }

    @Test("Series vary, but for those that are meant not to", arguments: SyntheticKind.allCases)
    func variation(_ kind: SyntheticKind) {
        let constant = (0..<200).count { number in
            let values = series.values(number, length: 576, of: kind)
            return values.allSatisfy { $0 == values[0] }
        }
        if kind == .nearConstant {
            #expect((30...120).contains(constant), "\(constant) of 200 are constant")
        } else {
            #expect(constant <= 6, "\(constant) of 200 are constant")
        }
    }

    @Test("Counts are whole and not negative; demand is so too, or real, with many zeros")
    func counts() {
        for number in 0..<50 {
            let counts = series.values(number, length: 300, of: .counts)
            #expect(counts.allSatisfy { $0 >= 0 && $0 == $0.rounded() })
        }
        var zeros = 0
        for number in 0..<200 {
            let demand = series.values(number, length: 300, of: .intermittentDemand)
            #expect(demand.allSatisfy { $0 >= 0 })
            zeros += demand.count { $0 == 0 }
        }
        // The mean of the shares drawn is 0.675; showers have about as many.
        #expect((0.58...0.78).contains(Double(zeros) / 60_000), "\(zeros) zeros of 60,000")
    }

    @Test("Steps of prices say nothing about the next: correlations of neighbours are 0 on average, to 0.03")
    func prices() {
        let correlations = (0..<300).map { number in
            let values = series.values(number, length: 577, of: .price)
            return correlation(zip(values.dropFirst(), values).map { $0 - $1 }, lag: 1)
        }
        #expect(abs(correlations.reduce(0, +) / 300) < 0.03)
    }
}

/// The autocorrelation of a series at a lag.
func correlation(_ values: [Float], lag: Int) -> Float {
    let mean = values.reduce(0, +) / Float(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return zip(values, values.dropFirst(lag)).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) } / variance
}
