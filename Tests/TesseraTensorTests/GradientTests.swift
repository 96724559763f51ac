import TesseraTensor
import Testing

/// The kernels are tested where they are written; here, how tensors are split over them and put together again.
@Suite struct GradientTests {
    @Test(arguments: [(3, 5), (64, 48), (700, 130)])
    func transposesExchangeRowsAndColumns(rows: Int, columns: Int) {
        let x = noise([rows, columns], seed: 1)
        let y = x.transposed()
        #expect(y.shape == [columns, rows])
        let expected = (0..<columns).flatMap { column in (0..<rows).map { x[$0, column] } }
        #expect(y.values == expected)
    }

    @Test(arguments: [Precision.float32, .bfloat16, .int8])
    func aPackedTransposeMultipliesAsThePackedTransposedTensor(precision: Precision) {
        let weight = noise([150, 190], seed: 1)
        let x = noise([9, 150], seed: 2)
        let packed = PackedMatrix(transposing: weight, precision: precision)
        #expect(packed.multiply(x) == PackedMatrix(weight.transposed(), precision: precision).multiply(x))
    }

    /// Sums of 1,500 products of the order of 1, whose rounding errors grow like their root; where the processor multiplies in
    /// bfloat16, x is rounded to 8 bits.
    @Test(
        arguments: [(Precision.float32, Float(3e-4)), (.bfloat16, 0.7)], [(1, 3, 2), (1500, 70, 50), (390, 33, 129)])
    func weightGradientsAreAdded(precision: (Precision, Float), size: (rows: Int, output: Int, input: Int)) {
        let dy = noise([size.rows, size.output], seed: 1)
        let x = noise([size.rows, size.input], seed: 2)
        var gradient = noise([size.output, size.input], seed: 3)
        let before = gradient
        gradient.addProduct(transposing: dy, with: x, precision: precision.0)
        let (a, b, start, sums) = (dy.values, x.values, before.values, gradient.values)
        let worst = sums.indices.map { index in
            let (row, column) = (index / size.input, index % size.input)
            let sum = (0..<size.rows).reduce(Double(start[index])) {
                $0 + Double(a[$1 * size.output + row]) * Double(b[$1 * size.input + column])
            }
            return abs(Double(sums[index]) - sum)
        }.max()!
        #expect(worst <= Double(precision.1))
    }

    /// Rows enough for several threads: sums of their parts differ from one sum by rounding alone.
    @Test func rowsAreSummedOverThreads() {
        let x = noise([2000, 40], seed: 1)
        var sums = Tensor(shape: [40], repeating: 1)
        sums.addSumOfRows(of: x)
        for column in 0..<40 {
            let expected = (0..<2000).reduce(1.0) { $0 + Double(x[$1, column]) }
            #expect(abs(Double(sums[column]) - expected) <= 1e-4)
        }
    }

    /// The gradients of a norm's parameters are the sums of those of its parts' rows.
    @Test func gradientsOfNormsAreSummedOverThreads() {
        let (x, dy) = (noise([2000, 40], seed: 1), noise([2000, 40], seed: 2))
        let weight = noise([40], seed: 3)
        let zeros = Tensor(shape: [40], repeating: 0)
        var (whole, parts): (Sums, Sums) = ((zeros, zeros, zeros), (zeros, zeros, zeros))
        let gradients = normsBackward(x, dy, weight, &whole)
        for start in stride(from: 0, to: 2000, by: 100) {
            func part(_ x: Tensor) -> Tensor { x.rows(start..<start + 100) }
            let (layer, rootMeanSquare) = normsBackward(part(x), part(dy), weight, &parts)
            #expect(part(gradients.0) == layer && part(gradients.1) == rootMeanSquare)
        }
        for (one, other) in [(whole.0, parts.0), (whole.1!, parts.1!), (whole.2, parts.2)] {
            #expect(zip(one.values, other.values).allSatisfy { abs($0 - $1) <= 1e-4 })
            #expect(one.values.contains { abs($0) > 1 })
        }
    }

    private typealias Sums = (Tensor, Tensor?, Tensor)

    private func normsBackward(
        _ x: Tensor, _ dy: Tensor, _ weight: Tensor, _ sums: inout Sums
    ) -> (layer: Tensor, rootMeanSquare: Tensor) {
        (
            x.layerNormalizedBackward(
                dy, weight: weight, epsilon: 1e-5, weightGradient: &sums.0, biasGradient: &sums.1),
            x.rootMeanSquareNormalizedBackward(dy, weight: weight, epsilon: 1e-5, weightGradient: &sums.2)
        )
    }

    /// Heads that share keys give what they give where each has a copy of its own, and the copies' gradients add up.
    @Test(arguments: [1, 2, 4], [AttentionMask.none, .causal])
    func groupedHeadsAreThoseOfCopiedKeys(keyHeads: Int, mask: AttentionMask) {
        let (batch, tokens, heads, size) = (2, 70, 4, 6)
        let group = heads / keyHeads
        let query = noise([batch, tokens, heads * size], seed: 1)
        let (key, value) = (
            noise([batch, tokens, keyHeads * size], seed: 2), noise([batch, tokens, keyHeads * size], seed: 3)
        )
        let dO = noise([batch, tokens, heads * size], seed: 4)
        func copied(_ x: Tensor) -> Tensor {
            let rows = x.reshaped([batch * tokens * keyHeads, size])
            let indices = (0..<batch * tokens * heads).map { $0 / heads * keyHeads + $0 % heads / group }
            return rows.gatheringRows(indices).reshaped(query.shape)
        }
        let grouped = ScaledDotProductAttention(headCount: heads, keyHeadCount: keyHeads, scale: 0.4)
        let plain = ScaledDotProductAttention(headCount: heads, scale: 0.4)
        let expected = plain(query: query, key: copied(key), value: copied(value), mask: mask)
        #expect(grouped(query: query, key: key, value: value, mask: mask) == expected)

        var none: Tensor?
        let found = grouped.backward(dO, query: query, key: key, value: value, mask: mask, biasGradient: &none)
        let ofCopies = plain.backward(
            dO, query: query, key: copied(key), value: copied(value), mask: mask, biasGradient: &none)
        #expect(found.query == ofCopies.query)
        for (one, copies) in [(found.key, ofCopies.key), (found.value, ofCopies.value)] {
            let sums = one.values.indices.map { index in
                let (head, place) = (index / size, index % size)
                return (0..<group).reduce(Float(0)) { sum, member in
                    sum + copies.values[((head / keyHeads) * heads + head % keyHeads * group + member) * size + place]
                }
            }
            #expect(zip(one.values, sums).allSatisfy { abs($0 - $1) <= 1e-5 })
        }
    }

    /// An item's gradients are those of the item alone, and the bias's the sum over the items.
    @Test func itemsAndHeadsOfAttentionAreIndependent() {
        let attention = ScaledDotProductAttention(headCount: 2, scale: 0.5)
        let (query, key, value) = (
            noise([3, 7, 12], seed: 1), noise([3, 9, 12], seed: 2), noise([3, 9, 12], seed: 3)
        )
        let (bias, dO) = (noise([2, 7, 9], seed: 4), noise([3, 7, 12], seed: 5))
        let valid = (0..<3).map { item in (0..<9).map { ($0 + item) % 4 != 0 } }
        var whole: Tensor? = Tensor(shape: [2, 7, 9], repeating: 0)
        var parts = whole
        let all = attention.backward(
            dO, query: query, key: key, value: value, bias: bias, mask: AttentionMask(validKeys: valid),
            biasGradient: &whole)
        for item in 0..<3 {
            func only(_ x: Tensor) -> Tensor { x.rows(item..<item + 1) }
            let one = attention.backward(
                only(dO), query: only(query), key: only(key), value: only(value), bias: bias,
                mask: AttentionMask(validKeys: [valid[item]]), biasGradient: &parts)
            #expect(only(all.query) == one.query && only(all.key) == one.key && only(all.value) == one.value)
        }
        #expect(whole == parts)
        // The scores' gradients of a query sum to zero: its attention weights always sum to one.
        let sums = (0..<14).map { row in (0..<9).reduce(Float(0)) { $0 + whole!.values[row * 9 + $1] } }
        #expect(sums.allSatisfy { abs($0) <= 1e-5 } && whole!.values.contains { abs($0) > 0.1 })
    }

    @Test func attentionWithoutKeysOrQueriesHasNoGradient() {
        let attention = ScaledDotProductAttention(headCount: 2, scale: 0.5)
        let (some, none) = (noise([1, 3, 4], seed: 1), Tensor(shape: [1, 0, 4], repeating: 0))
        var bias: Tensor?
        #expect(
            attention.backward(some, query: some, key: none, value: none, biasGradient: &bias).query.values
                .allSatisfy { $0 == 0 })
        #expect(
            attention.backward(none, query: none, key: some, value: some, biasGradient: &bias).key.values
                .allSatisfy { $0 == 0 })
    }

    /// A large tensor is split over threads; each element is stepped once.
    @Test func everyElementIsSteppedOnce() {
        let count = 100_000
        let step = AdamWStep(
            rate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.5, biasCorrection1: 0.1,
            biasCorrection2: 0.01, gradientScale: 2)
        var p = Tensor(shape: [count], repeating: 1)
        var (m, v) = (Tensor(shape: [count], repeating: 0), Tensor(shape: [count], repeating: 0))
        p.adamWStep(
            gradient: Tensor(shape: [count], repeating: -3), firstMoment: &m, secondMoment: &v, step)
        // At the first step the moments' ratio is the gradient's sign: 1 - 0.1 · 0.5 + 0.1.
        #expect(p.values.allSatisfy { abs($0 - 1.05) <= 1e-6 })
        #expect(m.values.allSatisfy { abs($0 + 0.6) <= 1e-6 } && v.values.allSatisfy { abs($0 - 0.36) <= 1e-6 })
        #expect(abs(p.sumOfSquares() - 1.1025 * Double(count)) <= 1)
    }
}
