/// Pieces of a recording that a model reads as one window.
struct JoinedWindow: Equatable {
    /// Frames of the recording, in order.
    private(set) var pieces: [Range<Int>]

    /// The frames of all pieces together.
    var frameCount: Int { pieces.reduce(0) { $0 + $1.count } }
    /// Where the first piece begins.
    var start: Int { pieces.first?.lowerBound ?? 0 }
    /// Where the last one ends.
    var end: Int { pieces.last?.upperBound ?? 0 }

    /// As few windows as pieces fit into, one after the other.
    ///
    /// - Parameter limit: frames of a window, in which each piece has room.
    static func joining(_ pieces: [Range<Int>], upTo limit: Int) -> [JoinedWindow] {
        var windows: [JoinedWindow] = []
        for piece in pieces {
            if let last = windows.last, last.frameCount + piece.count <= limit {
                windows[windows.count - 1].pieces.append(piece)
            } else {
                windows.append(JoinedWindow(pieces: [piece]))
            }
        }
        return windows
    }

    /// Where in the recording a place of the window lies, both in frames. Between two pieces it is the beginning of the later one, or,
    /// for what ends there, the end of the earlier.
    func place(_ frame: Double, isEnd: Bool) -> Double {
        var before = 0.0
        for piece in pieces {
            let inside = frame - before
            let length = Double(piece.count)
            if inside < length || isEnd && inside == length { return Double(piece.lowerBound) + max(0, inside) }
            before += length
        }
        return Double(end) + frame - before
    }
}

extension TranscribedSegment {
    /// Moves a segment from its window to the recording.
    mutating func place(in window: JoinedWindow, frameDuration: Double) {
        func time(_ seconds: Double, isEnd: Bool) -> Double {
            window.place(seconds / frameDuration, isEnd: isEnd) * frameDuration
        }
        seek = window.start
        (start, end) = (time(start, isEnd: false), time(end, isEnd: true))
        words = words?.map { word in
            TranscribedWord(
                word: word.word, start: time(word.start, isEnd: false), end: time(word.end, isEnd: true),
                probability: word.probability)
        }
    }
}

extension Range<Int> {
    /// The range in parts of equal size, none larger than `limit`.
    func pieces(upTo limit: Int) -> [Range<Int>] {
        let parts = (count + limit - 1) / limit
        return (0..<parts).map { lowerBound + count * $0 / parts..<lowerBound + count * ($0 + 1) / parts }
    }
}
