/// What one task has for another: who puts waits while there is too much of it, and who takes while there is nothing.
actor BoundedQueue<Element: Sendable> {
    private var elements: [Element] = []
    private var isFinished = false
    private var reader: CheckedContinuation<Void, Never>?
    private var writers: [CheckedContinuation<Void, Never>] = []
    private let limit: Int

    /// - Parameter limit: how many elements wait at most.
    init(limit: Int) { self.limit = limit }

    /// Adds an element, as soon as there is room. After the end it is given up.
    func put(_ element: Element) async {
        while elements.count >= limit, !isFinished { await withCheckedContinuation { writers.append($0) } }
        guard !isFinished else { return }
        elements.append(element)
        wakeReader()
    }

    /// All that waits, or what comes next; nothing at the end.
    func take() async -> [Element] {
        while elements.isEmpty, !isFinished { await withCheckedContinuation { reader = $0 } }
        defer { elements = [] }
        wakeWriters()
        return elements
    }

    /// Says that no more comes, or that nobody takes any more.
    func finish() {
        isFinished = true
        wakeReader()
        wakeWriters()
    }

    private func wakeReader() {
        reader?.resume()
        reader = nil
    }

    private func wakeWriters() {
        for writer in writers { writer.resume() }
        writers = []
    }
}
