/// Sound between whoever hears it and whoever writes it down, neither of whom waits longer than for the other's next piece.
actor SoundQueue {
    private var samples: [Float] = []
    private var isFinished = false
    private var reader: CheckedContinuation<Void, Never>?
    private var writer: CheckedContinuation<Void, Never>?
    /// Samples that wait at most: whoever has a recording at hand is not to put all of it here.
    private let limit: Int

    /// - Parameter limit: samples that wait at most.
    init(limit: Int) { self.limit = limit }

    /// Adds samples, as soon as there is room.
    func put(_ more: [Float]) async {
        if samples.count > limit, !isFinished { await withCheckedContinuation { writer = $0 } }
        samples += more
        wake(&reader)
    }

    /// All that waits, or what comes next; nil at the end.
    func take() async -> [Float]? {
        if samples.isEmpty, !isFinished { await withCheckedContinuation { reader = $0 } }
        defer { samples = [] }
        wake(&writer)
        return samples.isEmpty ? nil : samples
    }

    /// Says that no more comes, or that nobody takes any more.
    func finish() {
        isFinished = true
        wake(&reader)
        wake(&writer)
    }

    private func wake(_ waiting: inout CheckedContinuation<Void, Never>?) {
        waiting?.resume()
        waiting = nil
    }
}
