internal import Synchronization

/// A model with the lists of labels that were asked for last: what the text tower makes of a list is computed once.
package final class LabelledModels<Model: Sendable>: Sendable {
    private struct Entry {
        let model: Model
        /// Counts up with each use of any.
        var lastUse: Int
    }

    private struct State {
        var entries: [LabelsInWords: Entry] = [:]
        var useCount = 0
        var labelCount: Int { entries.keys.reduce(0) { $0 + $1.names.count } }
    }

    private let labelLimit: Int
    private let state = Mutex(State())

    /// - Parameter labelLimit: how many labels there are in all lists together; a vector is some kilobytes.
    package init(labelLimit: Int = 4096) { self.labelLimit = labelLimit }

    /// The model with these labels, which `make` makes where they were not asked for lately.
    ///
    /// - Throws: what `make` throws.
    package func model(_ labels: LabelsInWords, _ make: () throws -> Model) rethrows -> Model {
        if let known = known(labels) { return known }
        // Without the lock, which others want who have their labels: two that come at once with the same both compute.
        let model = try make()
        state.withLock { state in
            state.useCount += 1
            state.entries[labels] = Entry(model: model, lastUse: state.useCount)
            while state.labelCount > labelLimit, state.entries.count > 1,
                let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
            {
                state.entries[oldest] = nil
            }
        }
        return model
    }

    private func known(_ labels: LabelsInWords) -> Model? {
        state.withLock { state in
            state.useCount += 1
            state.entries[labels]?.lastUse = state.useCount
            return state.entries[labels]?.model
        }
    }
}
