internal import TesseraTensor
public import TesseraTraining

/// Windows from several sources, an epoch of each in every epoch: real series among made-up ones.
public struct MixedWindows: TrainingData {
    private let sources: [any TrainingData<SeriesBatch>]
    /// The number of each source's first sample, and last the number of all samples.
    private let starts: [Int]

    /// - Parameter sources: Whose windows have all the same lengths.
    public init(_ sources: [any TrainingData<SeriesBatch>]) {
        self.sources = sources
        starts = sources.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.sampleCount) }
    }

    public var sampleCount: Int { starts[sources.count] }

    /// The windows with these numbers, those of the first source first.
    public func batch(_ samples: [Int], epoch: Int) throws -> SeriesBatch {
        var batches: [SeriesBatch] = []
        for (index, source) in sources.enumerated() {
            let own = samples.filter { (starts[index]..<starts[index + 1]).contains($0) }
            guard !own.isEmpty else { continue }
            batches.append(try source.batch(own.map { $0 - starts[index] }, epoch: epoch))
        }
        guard batches.count > 1 else { return batches[0] }
        return SeriesBatch(
            contexts: MixedWindows.stacked(batches.map(\.contexts)),
            targets: MixedWindows.stacked(batches.map(\.targets)))
    }

    /// The rows of tensors that are equally wide.
    private static func stacked(_ tensors: [Tensor]) -> Tensor {
        let (rows, columns) = (tensors.reduce(0) { $0 + $1.shape[0] }, tensors[0].shape[1])
        precondition(tensors.allSatisfy { $0.shape[1] == columns }, "windows of one length")
        let flat = tensors.map { $0.reshaped([1, $0.count]) }
        return flat.dropFirst().reduce(flat[0]) { $0.joined(with: $1) }.reshaped([rows, columns])
    }
}
