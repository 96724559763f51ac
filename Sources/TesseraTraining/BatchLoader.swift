internal import Dispatch
internal import Synchronization
internal import TesseraTensor

/// Makes the coming batches on a thread of its own while the model trains on the present one.
struct BatchLoader<Data: TrainingData> {
    /// Samples of a batch, and the epoch they are for.
    typealias Request = (samples: [Int], epoch: Int)

    /// How many batches are made ahead: two even out those that take longer, and more would only take memory.
    private static var depth: Int { 2 }

    private let data: Data
    private var requests: AnyIterator<Request>
    private var pending: [PendingBatch<Data.Batch>] = []
    private let queue = DispatchQueue(label: "tessera.batches")

    init(_ data: Data, requests: AnyIterator<Request>) {
        self.data = data
        self.requests = requests
        for _ in 0..<BatchLoader.depth { prepareNext() }
    }

    /// The next batch; nil after the last.
    ///
    /// - Throws: what making it threw.
    mutating func next() throws -> Data.Batch? {
        guard !pending.isEmpty else { return nil }
        let batch = pending.removeFirst()
        prepareNext()
        return try batch.wait()
    }

    private mutating func prepareNext() {
        guard let request = requests.next() else { return }
        let batch = PendingBatch<Data.Batch>()
        pending.append(batch)
        queue.async { [data] in
            Threads.$areLeftToOthers.withValue(true) {
                batch.fulfil(Result { try data.batch(request.samples, epoch: request.epoch) })
            }
        }
    }
}

/// A batch that is being made.
private final class PendingBatch<Batch: Sendable>: Sendable {
    private let result = Mutex<Result<Batch, any Error>?>(nil)
    private let isReady = DispatchSemaphore(value: 0)

    func fulfil(_ result: Result<Batch, any Error>) {
        self.result.withLock { $0 = result }
        isReady.signal()
    }

    func wait() throws -> Batch {
        isReady.wait()
        return try result.withLock { try $0!.get() }
    }
}
