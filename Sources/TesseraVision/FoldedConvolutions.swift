internal import TesseraFiles
internal import TesseraTensor

/// Where a checkpoint has a convolution.
struct ConvolutionPlace {
    /// The parameters of ours.
    let ours: String
    /// What the checkpoint calls it.
    let convolution: String
    /// What it calls the batch normalisation behind it, where there is one.
    let norm: String?
    /// Cells of its windows, down and to the right.
    let side: Int
}

/// A checkpoint's tensors as convolutions without normalisations take them. A batch normalisation whose statistics are frozen multiplies
/// each channel with one number and adds another: the first becomes part of the convolution, and the second its bias. Of each
/// convolution, `[output, input, side, side]`, the channels come last.
struct FoldedConvolutions: TensorContainer {
    private let checkpoint: Checkpoint
    /// What each output channel is multiplied with.
    private var factors: [String: [Float]] = [:]
    /// What is added to each output channel.
    private var shifts: [String: Tensor] = [:]
    private(set) var names: [String] = []
    var path: String { checkpoint.path }

    /// What is added to the variance.
    private static let epsilon: Float = 1e-5

    /// - Parameter places: of the convolutions. Those that are not there are left to whoever loads them.
    /// - Throws: `FileError` naming a tensor of a normalisation that is missing or does not fit.
    init(_ checkpoint: Checkpoint, _ places: [ConvolutionPlace]) throws(FileError) {
        self.checkpoint = checkpoint
        var gone: Set<String> = []
        for place in places {
            let name = place.convolution + ".weight"
            guard let shape = checkpoint.shape(of: name) else { continue }
            guard shape.count == 4, shape[2] == place.side, shape[3] == place.side else {
                throw checkpoint.refusal(name, "is \(shape), no convolution of \(place.side) x \(place.side)")
            }
            guard let norm = place.norm else {
                factors[name] = [Float](repeating: 1, count: shape[0])
                continue
            }
            (factors[name], shifts[norm + ".bias"]) = try checkpoint.normalization(
                norm, channels: shape[0], epsilon: Self.epsilon)
            gone.formUnion(["weight", "running_mean", "running_var", "num_batches_tracked"].map { "\(norm).\($0)" })
        }
        names = checkpoint.names.filter { !gone.contains($0) }
    }

    func shape(of name: String) -> [Int]? {
        guard let shape = checkpoint.shape(of: name), factors[name] != nil else {
            return checkpoint.shape(of: name)
        }
        return [shape[0], shape[2], shape[3], shape[1]]
    }

    func path(of name: String) -> String { checkpoint.path(of: name) }

    func readsRows(of name: String) -> Bool { checkpoint.readsRows(of: name) }

    func readTensor(_ name: String) throws(FileError) -> Tensor { try readTensor(name, rows: nil) }

    func readTensor(_ name: String, rows: Range<Int>?) throws(FileError) -> Tensor {
        if let shift = shifts[name] { return rows.map(shift.rows) ?? shift }
        guard let factors = factors[name] else {
            guard let rows else { return try checkpoint.readTensor(name) }
            return try checkpoint.readTensor(name, rows: rows)
        }
        let rows = rows ?? 0..<factors.count
        let tensor =
            try checkpoint.readsRows(of: name)
            ? checkpoint.readTensor(name, rows: rows) : checkpoint.readTensor(name).rows(rows)
        return tensor.withChannelsLast(times: factors[rows])
    }

    func readStored(_ name: String) throws(FileError) -> StoredTensor { try checkpoint.readStored(name) }
}

extension Checkpoint {
    /// What a batch normalisation multiplies each channel with, and what it adds.
    fileprivate func normalization(
        _ name: String, channels: Int, epsilon: Float
    ) throws(FileError) -> (factors: [Float], shift: Tensor) {
        func vector(_ part: String) throws(FileError) -> [Float] {
            let name = "\(name).\(part)"
            let tensor = try readTensor(name)
            guard tensor.count == channels else {
                throw refusal(name, "is \(tensor.shape) instead of one number for each of \(channels) channels")
            }
            return tensor.values
        }
        let (weight, bias) = (try vector("weight"), try vector("bias"))
        let (mean, variance) = (try vector("running_mean"), try vector("running_var"))
        guard variance.allSatisfy({ $0 >= 0 }) else {
            throw refusal(name + ".running_var", "holds a variance below 0")
        }
        let factors = zip(weight, variance).map { $0 / ($1 + epsilon).squareRoot() }
        let shift = (0..<channels).map { bias[$0] - mean[$0] * factors[$0] }
        return (factors, Tensor(shape: [channels], shift))
    }

    /// What is wrong with a tensor.
    func refusal(_ name: String, _ cause: String) -> FileError {
        FileError(.badData, path: path(of: name), cause: cause, place: "tensor \(name.quoted)")
    }
}

extension Tensor {
    /// Maps `[batch, channels, rows, columns]` as `[batch, rows, columns, channels]`.
    var withChannelsLast: Tensor {
        let (batch, channels, rows, columns) = (shape[0], shape[1], shape[2], shape[3])
        return reshaped([batch, channels, rows * columns]).transposedSequences().reshaped([
            batch, rows, columns, channels,
        ])
    }

    /// Rows `[output, input, side, side]` as `[output, side, side, input]`, each multiplied with its factor.
    fileprivate func withChannelsLast(times factors: ArraySlice<Float>) -> Tensor {
        var result = withChannelsLast
        let size = count / max(1, shape[0])
        result.withMutableValues { values in
            for (row, factor) in factors.enumerated() {
                for index in row * size..<(row + 1) * size { values[index] *= factor }
            }
        }
        return result
    }
}
