/// What is decoded by itself: mostly the whole of a file, else a link of chained Ogg, or MP3 frames of one format.
struct AudioPart: Sendable {
    /// Bytes that follow each other in the source, or stand for others there.
    struct Piece: Sendable {
        /// Where it begins in the part.
        let start: Int
        var count: Int
        /// Where it begins in the source.
        let offset: Int
        /// What the decoder is shown instead of the source's bytes.
        var replacement: [UInt8]?
    }

    /// What the decoder is shown, one after the other.
    private(set) var pieces: [Piece] = []
    /// How bare samples lie in the bytes; nil where libsndfile reads a header there.
    var encoding: RawEncoding?
    /// Set where the frames of FLAC are to be compared with this header.
    var flac: FLACHeader?
    /// How many samples of each channel there must be; nil where the file need not be believed.
    var requiredCount: Int?
    /// Set where these are MP3 frames without a container, all of this format.
    var mp3: MP3Header.Format?
    /// Set where ffmpeg decodes the whole file.
    var foreign: FFmpegDecoder.Call?
    /// Whether the file itself says how many samples there are.
    var hasCount = true

    var byteCount: Int { pieces.last.map { $0.start + $0.count } ?? 0 }

    init() {}

    /// The bytes of `range`.
    init(_ range: Range<Int>) { append(range) }

    /// Adds the bytes of `range`.
    mutating func append(_ range: Range<Int>) {
        if let last = pieces.last, last.replacement == nil, last.offset + last.count == range.lowerBound {
            pieces[pieces.count - 1].count += range.count
        } else if !range.isEmpty {
            pieces.append(Piece(start: byteCount, count: range.count, offset: range.lowerBound))
        }
    }

    /// Adds bytes that stand for as many of the source's from `offset` on.
    mutating func append(_ replacement: [UInt8], insteadOfThoseAt offset: Int) {
        pieces.append(
            Piece(start: byteCount, count: replacement.count, offset: offset, replacement: replacement))
    }

    /// Changes the bytes that were put in the place of the first ones; there are as many.
    mutating func replaceFirst(by bytes: [UInt8]) { pieces[0].replacement = bytes }

    /// The piece that holds the byte at `position` of the part, which is inside it.
    ///
    /// - Parameter guess: Where it probably is.
    func pieceIndex(at position: Int, near guess: Int) -> Int {
        for index in guess..<min(guess + 2, pieces.count) {
            if position >= pieces[index].start && position < pieces[index].start + pieces[index].count { return index }
        }
        var (low, high) = (0, pieces.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if pieces[middle].start <= position { low = middle } else { high = middle }
        }
        return low
    }
}
