internal import TesseraFiles
internal import TesseraTensor

/// A checkpoint's tensors as the layers here take them: of each convolution along time, `[output, input, taps]`, the taps come
/// before the channels, and the positional convolution's, which lies there as directions and lengths (Salimans & Kingma, 2016), is
/// one tensor.
struct ConvolutionTensors: TensorContainer {
    private let checkpoint: Checkpoint
    /// The tensor that a name stands for where it is a convolution's.
    private let sources: [String: String]
    /// By the same names: what is to be multiplied with each tap.
    private let factors: [String: [Float]]
    let names: [String]
    var path: String { checkpoint.path }

    /// The two names that PyTorch has had for lengths and directions.
    private static let normalized = [
        (length: "weight_g", direction: "weight_v"),
        (length: "parametrizations.weight.original0", direction: "parametrizations.weight.original1"),
    ]

    /// - Throws: `FileError` naming the tensor that cannot be normalised.
    init(_ checkpoint: Checkpoint) throws(FileError) {
        var (sources, factors, gone): ([String: String], [String: [Float]], Set<String>) = ([:], [:], [])
        for name in checkpoint.names where checkpoint.shape(of: name)?.count == 3 {
            if name.hasSuffix(".conv.weight") { sources[name] = name }
            for (length, direction) in Self.normalized where name.hasSuffix(".conv." + direction) {
                let stem = String(name.dropLast(direction.count))
                guard checkpoint.contains(stem + length), !checkpoint.contains(stem + "weight") else { continue }
                factors[stem + "weight"] = try checkpoint.tapFactors(length: stem + length, direction: name)
                sources[stem + "weight"] = name
                gone.formUnion([stem + length, name])
            }
        }
        (self.checkpoint, self.sources, self.factors) = (checkpoint, sources, factors)
        names = checkpoint.names.filter { !gone.contains($0) } + factors.keys.sorted()
    }

    func shape(of name: String) -> [Int]? {
        guard let source = sources[name] else { return names.contains(name) ? checkpoint.shape(of: name) : nil }
        return checkpoint.shape(of: source).map { [$0[0], $0[2], $0[1]] }
    }

    func path(of name: String) -> String { checkpoint.path(of: sources[name] ?? name) }

    func readsRows(of name: String) -> Bool { checkpoint.readsRows(of: sources[name] ?? name) }

    func readTensor(_ name: String) throws(FileError) -> Tensor { try readTensor(name, rows: nil) }

    func readTensor(_ name: String, rows: Range<Int>?) throws(FileError) -> Tensor {
        let source = sources[name] ?? name
        let whole = rows == nil || !checkpoint.readsRows(of: source)
        var tensor = try whole ? checkpoint.readTensor(source) : checkpoint.readTensor(source, rows: rows!)
        if whole, let rows { tensor = tensor.rows(rows) }
        return sources[name] == nil ? tensor : tensor.withTapsFirst(times: factors[name])
    }

    func readStored(_ name: String) throws(FileError) -> StoredTensor { try checkpoint.readStored(name) }
}

extension Checkpoint {
    /// What each tap of `direction` `[output, input, taps]` is multiplied with, so that it is as long as `length` says.
    fileprivate func tapFactors(length: String, direction: String) throws(FileError) -> [Float] {
        let (lengths, directions) = (try readTensor(length), try readTensor(direction))
        let taps = directions.shape[2]
        guard lengths.count == taps else {
            throw refusal(length, "is \(lengths.shape) instead of one number for each of \(taps) taps")
        }
        var squares = [Double](repeating: 0, count: taps)
        directions.withValues { values in
            for (index, value) in values.enumerated() { squares[index % taps] += Double(value) * Double(value) }
        }
        guard squares.allSatisfy({ $0 > 0 }) else {
            throw refusal(direction, "has a tap of zeros, which has no direction")
        }
        return zip(lengths.values, squares).map { Float(Double($0) / $1.squareRoot()) }
    }

    private func refusal(_ name: String, _ cause: String) -> FileError {
        FileError(.badData, path: path(of: name), cause: cause, place: "tensor \(name.quoted)")
    }
}

extension Tensor {
    /// `[output, input, taps]` as `[output, taps, input]`, each tap multiplied with its factor.
    fileprivate func withTapsFirst(times factors: [Float]?) -> Tensor {
        let (output, input, taps) = (shape[0], shape[1], shape[2])
        let factors = factors ?? Array(repeating: 1, count: taps)
        var result = Tensor(uninitialized: [output, taps, input])
        withValues { source in
            result.withMutableValues { target in
                for row in 0..<output {
                    for channel in 0..<input {
                        for tap in 0..<taps {
                            target[(row * taps + tap) * input + channel] =
                                source[(row * input + channel) * taps + tap] * factors[tap]
                        }
                    }
                }
            }
        }
        return result
    }
}
