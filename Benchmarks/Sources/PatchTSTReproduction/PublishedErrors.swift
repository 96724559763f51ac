/// The errors on ETTh1 in the paper's table 3: PatchTST/42 reads 336 values and PatchTST/64 reads 512.
struct PublishedErrors {
    let squared, absolute: Double

    private static let table: [Int: [Int: (Double, Double)]] = [
        336: [96: (0.375, 0.399), 192: (0.414, 0.421), 336: (0.431, 0.436), 720: (0.449, 0.466)],
        512: [96: (0.370, 0.400), 192: (0.413, 0.429), 336: (0.422, 0.440), 720: (0.447, 0.468)],
    ]

    /// Nil where the paper has none.
    static func of(lookBack: Int, horizon: Int) -> PublishedErrors? {
        table[lookBack]?[horizon].map { PublishedErrors(squared: $0.0, absolute: $0.1) }
    }
}

/// To three places, as the paper has them.
func rounded(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    return "\(thousandths / 1000)." + String(thousandths % 1000 + 1000).dropFirst()
}
