internal import TesseraFiles

/// An MPEG audio stream as parts that one decoder each can read: MP3 files one behind the other, other rates and channels.
///
/// The stream is walked from frame to frame before it is decoded. The decoder believes the first frame's count of all
/// others, stops where the format changes, and gives up at bytes that are no frames: it is shown whole frames only.
struct MP3Stream {
    private(set) var parts: [AudioPart] = []
    /// What is left out, in words for the user.
    private(set) var omissions: [String] = []
    private var frames: MP3FrameReader
    private var part = AudioPart()
    private var format: MP3Header.Format?
    private var information: MP3Information?
    private var frameCount = 0
    private var position: Int
    private var foreign = (byteCount: 0, first: 0)
    private var (cutCount, damagedCount, wholeCount, missingCount) = (0, 0, 0, 0)

    /// - Parameter range: Of the source, without the tags around it.
    /// - Throws: `FileError` when there are no frames or most are damaged, or reading fails.
    init(_ source: ByteSource, _ range: Range<Int>) throws(FileError) {
        frames = MP3FrameReader(source, end: range.upperBound)
        position = range.lowerBound
        while position < range.upperBound { try step() }
        finishPart()
        guard wholeCount > 0 else { throw source.damaged("is damaged: it holds no MP3 frames") }
        guard damagedCount * 2 < wholeCount else {
            throw source.damaged("is damaged: \(damagedCount) of its \(wholeCount) MP3 frames cannot be decoded")
        }
        describeOmissions()
    }

    private mutating func step() throws(FileError) {
        if let header = try frames.header(at: position), try isFrame(header) {
            try take(header)
        } else if let next = try frames.endOfTag(at: position) {
            position = next
        } else {
            try skip()
        }
    }

    /// Whether the header at `position` is one that goes on with what was read, or begins something else.
    private mutating func isFrame(_ header: MP3Header) throws(FileError) -> Bool {
        if header.format == format { return true }
        return try frames.isChain(at: position, following: 1)
    }

    /// Takes the frame at `position`, where it is whole.
    private mutating func take(_ header: MP3Header) throws(FileError) {
        let end = position + header.byteCount
        if try !frames.isBorder(end, of: header.format) {
            let next = try frames.nextChain(in: position + 4..<min(end, frames.end), of: format)
            if next != nil || end > frames.end {
                cutCount += 1
                position = next ?? frames.end
                return
            }
        }
        try append(header)
        position = end
    }

    private mutating func append(_ header: MP3Header) throws(FileError) {
        let index = try frames.index(of: position, count: header.byteCount)
        if let found = MP3Information(frames.block, index, header) {
            finishPart()
            (information, format) = (found, header.format)
            if found.frameCount != nil { part.append(found.bytes, insteadOfThoseAt: position) }
            return
        }
        wholeCount += 1
        if header.format.layer == 3, MP3SideInformation.isDamaged(frames.block, index, header) {
            damagedCount += 1
        }
        if header.format != format { finishPart() }
        format = header.format
        frameCount += 1
        part.append(position..<position + header.byteCount)
    }

    /// Passes over bytes that are neither a frame nor a tag.
    private mutating func skip() throws(FileError) {
        let next = try frames.nextChain(in: position + 1..<frames.end, of: format) ?? frames.end
        if next == frames.end, format != nil, try frames.isBeginningOfHeader(at: position) {
            cutCount += 1
        } else if try !frames.isZero(position..<next) {
            if foreign.byteCount == 0 { foreign.first = position }
            foreign.byteCount += next - position
        }
        position = next
    }

    /// What was found so far is decoded by itself.
    private mutating func finishPart() {
        defer { (part, frameCount, information, format) = (AudioPart(), 0, nil, nil) }
        if let count = information?.frameCount { missingCount += max(0, count - frameCount) }
        guard frameCount > 0 else { return }
        part.mp3 = format
        part.hasCount = information?.frameCount != nil
        if let information, part.hasCount {
            part.replaceFirst(by: information.corrected(frameCount: frameCount, byteCount: part.byteCount))
        }
        parts.append(part)
    }

    private mutating func describeOmissions() {
        if missingCount > 0 { omissions.append("truncated: \(wholeCount) of \(wholeCount + missingCount) MP3 frames") }
        if cutCount > 0 {
            let frames = cutCount == 1 ? "an MP3 frame that is cut is" : "\(cutCount) MP3 frames that are cut are"
            omissions.append("\(frames) left out")
        }
        if damagedCount > 0 {
            let frames = "\(damagedCount) of \(wholeCount) MP3 frames"
            omissions.append("\(frames) cannot be decoded: silence is in their place")
        }
        if foreign.byteCount > 0 {
            let bytes = "\(foreign.byteCount) bytes that are no MP3 frames"
            omissions.append("\(bytes) are left out, from byte \(foreign.first) on")
        }
    }
}
