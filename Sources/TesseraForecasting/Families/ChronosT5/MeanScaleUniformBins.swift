internal import TesseraFiles

/// Turns values into tokens and back: divided by their mean amount, they fall into bins of one width (Ansari et al.,
/// 2024, Chronos, 3.1; `chronos.MeanScaleUniformBins`).
///
/// All is computed in single precision and in the reference's order, so that a value on the boundary between two bins
/// falls into the same one.
package struct MeanScaleUniformBins: Sendable {
    /// How many tokens there are, the special ones included.
    package let tokenCount: Int
    /// What stands for a value that is missing.
    package let paddingToken: Int32
    package let endToken: Int32
    /// Whether a context ends with the end token.
    let isClosed: Bool
    /// The token of what lies below all bins; the first bin's follows it.
    private let firstToken: Int
    /// What the tokens of the bins say, increasing.
    private let centers: [Float]
    /// Between two bins.
    private let boundaries: [Float]

    /// What the model reads of a series.
    package struct Context: Sendable {
        /// `[tokens]`
        package var ids: [Int32]
        /// False where a value is missing. `[tokens]`
        package var valid: [Bool]
        /// What values are divided by.
        package let scale: Double

        /// Filled up on the left, where the series has fewer values than others.
        func padded(to count: Int, with token: Int32) -> Context {
            let missing = count - ids.count
            return Context(
                ids: Array(repeating: token, count: missing) + ids,
                valid: Array(repeating: false, count: missing) + valid, scale: scale)
        }
    }

    /// - Parameter chronos: the `chronos_config` of config.json.
    /// - Throws: `FileError` naming the key.
    init(_ chronos: JSONObject) throws(FileError) {
        let name = try chronos.string("tokenizer_class")
        guard name == "MeanScaleUniformBins" else {
            throw chronos.error("tokenizer_class", "\(name.quoted) is not supported; \"MeanScaleUniformBins\" is")
        }
        guard let settings = try chronos.object("tokenizer_kwargs") else {
            throw chronos.error("tokenizer_kwargs", "is missing")
        }
        let low = Float(try settings.number("low_limit", in: -1e9...1e9))
        let high = Float(try settings.number("high_limit", in: -1e9...1e9))
        guard low < high else { throw settings.error("high_limit", "must be above low_limit") }
        firstToken = try chronos.integer("n_special_tokens", in: 1...1_024)
        // Two bins at least, and the token below them.
        tokenCount = try chronos.integer("n_tokens", in: firstToken + 3...1_048_576)
        paddingToken = Int32(try chronos.integer("pad_token_id", in: 0...firstToken - 1))
        endToken = Int32(try chronos.integer("eos_token_id", in: 0...firstToken - 1))
        isClosed = try chronos.boolean("use_eos_token")

        // From the nearer end, each with one rounding: `torch.linspace`.
        let last = tokenCount - firstToken - 2
        let step = (high - low) / Float(last)
        centers = (0...last).map { index in
            index < (last + 1) / 2
                ? low.addingProduct(step, Float(index)) : high.addingProduct(-step, Float(last - index))
        }
        boundaries = zip(centers, centers.dropFirst()).map { ($0 + $1) / 2 }
    }

    /// - Parameter values: NaN where one is missing.
    package func context(_ values: some Collection<Double>) -> Context {
        let largest = values.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
        // Only exponents change: the digits are what they were, and no sum leaves single precision's range.
        let unit =
            largest == 0
            ? 1 : Double(sign: .plus, exponent: min(max(largest.exponent, -1_000), 1_000), significand: 1)
        let values = values.map { Float($0 / unit) }
        let observedCount = values.count { !$0.isNaN }
        let mean = singlePrecisionSum(values.map { $0.isNaN ? 0 : abs($0) }) / Float(observedCount)
        let scale = mean > 0 ? mean : 1
        var context = Context(
            ids: values.map { $0.isNaN ? paddingToken : token($0 / scale) }, valid: values.map { !$0.isNaN },
            scale: Double(scale) * unit)
        if isClosed {
            context.ids.append(endToken)
            context.valid.append(true)
        }
        return context
    }

    /// The token of the bin that a scaled value falls into; one on a boundary falls into the upper bin.
    private func token(_ value: Float) -> Int32 {
        var range = 0..<boundaries.count
        while !range.isEmpty {
            let middle = (range.lowerBound + range.upperBound) / 2
            range = boundaries[middle] <= value ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return Int32(firstToken + 1 + range.lowerBound)
    }

    /// What a token says of a series: the centre of its bin, and that of the first or the last where it is no bin's.
    package func value(of token: Int32, scale: Double) -> Double {
        Double(centers[min(max(0, Int(token) - firstToken - 1), centers.count - 1)]) * scale
    }
}
