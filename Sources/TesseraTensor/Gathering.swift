internal import CTesseraVector
internal import Synchronization

/// What many threads ask of one model, answered in batches, which read its weights once for all: whoever has its turn (see
/// `Threads.takeTurn`) takes the inputs of those along that wait for theirs. Nobody waits for others to come.
///
/// - Parameters:
///   - Kind: What has to be equal of inputs that are computed together.
///   - Input: What a caller brings.
///   - Output: What it is given; it may not depend on what else is computed.
package final class Gathering<Kind: Equatable & Sendable, Input: Sendable, Output: Sendable>: Sendable {
    package init() {}

    /// What `body` makes of `input`, by itself or among others, when it is its turn.
    ///
    /// - Parameters:
    ///   - size: how much the input is of what may be computed together.
    ///   - limit: how much that is; an input may be more by itself.
    ///   - body: makes an output of each input; called in the caller's or in another caller's task.
    package func takeTurn(
        _ input: Input, _ kind: Kind, size: Int = 1, limit: Int, _ body: ([Input]) -> [Output]
    ) -> Output {
        guard tessera_has_turn() == 0 else { return body([input])[0] }
        while true {
            let request = Request(self, input, kind, size)
            if Turns.begin(Place(request)) {
                defer { Turns.end() }
                return answer(request, limit - size, body)
            }
            if let output = request.output.withLock({ $0 }) { return output }
            // Whoever took it along was cancelled midway.
        }
    }

    /// An input that waits, and what became of it.
    private final class Request: Sendable {
        let gathering: Gathering
        let input: Input
        let kind: Kind
        let size: Int
        let output = Mutex<Output?>(nil)

        init(_ gathering: Gathering, _ input: Input, _ kind: Kind, _ size: Int) {
            (self.gathering, self.input, self.kind, self.size) = (gathering, input, kind, size)
        }
    }

    private func answer(_ own: Request, _ limit: Int, _ body: ([Input]) -> [Output]) -> Output {
        var room = limit
        let others = Turns.takeOut { place in
            guard let other = place.request as? Request, other.gathering === self, other.kind == own.kind,
                other.size <= room
            else { return false }
            room -= other.size
            return true
        }
        defer { for place in others { place.leave(withTurn: false) } }
        let outputs = body([own.input] + others.compactMap { ($0.request as? Request)?.input })
        // Cancelled, the layers leave their work undone, and what they give is for nobody.
        if !Cancellation.isDue {
            for (place, output) in zip(others, outputs.dropFirst()) {
                (place.request as? Request)?.output.withLock { $0 = output }
            }
        }
        return outputs[0]
    }
}
