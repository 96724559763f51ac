internal import TesseraFiles

/// A file of Ogg pages as parts that one decoder each can read: the links of a chain (RFC 3533, section 4), and of each the
/// pages of its sound alone, without those of pictures beside it.
struct OggStream {
    private(set) var parts: [AudioPart] = []
    /// What is left out, in words for the user.
    private(set) var omissions: [String] = []
    /// The first link's without a sound that is read here, in words for the user; nil where there is no such link.
    private(set) var foreignCodec: String?
    private let source: ByteSource
    private var reader: ByteReader
    /// Those of the link that is being read.
    private var streams: [OggLogicalStream] = []
    private var isAtBeginning = true
    private var foreign = (byteCount: 0, first: 0)
    private var (missingCount, unendedCount, strayCount, trackCount) = (0, 0, 0, 0)

    /// - Parameter range: Of the source, without the tags around it.
    /// - Throws: `FileError` when there are no samples, or reading fails.
    init(_ source: ByteSource, _ range: Range<Int>) throws(FileError) {
        self.source = source
        reader = ByteReader(source)
        var position = range.lowerBound
        while position < range.upperBound { position = try step(position, range.upperBound) }
        try finishLink()
        guard !parts.isEmpty || foreignCodec != nil else {
            throw source.damaged(unendedCount > 0 ? "is cut short before its first samples" : "holds no samples")
        }
        describeOmissions()
    }

    /// Reads what is at `position`, and returns where the next page, or something else, begins.
    private mutating func step(_ position: Int, _ end: Int) throws(FileError) -> Int {
        guard let page = try OggPage(at: position, &reader) else { return try skip(position, end) }
        let isFollowed = try reader.bytes(at: page.end, upTo: 4).has("OggS")
        if !isFollowed, page.end != end {
            // A page that another begins inside of was cut, as is one that the file ends inside of.
            let next = try nextPage(in: position + 4..<min(page.end, end))
            if next != nil || page.end > end { return next ?? end }
        }
        try take(page)
        return page.end
    }

    private mutating func take(_ page: OggPage) throws(FileError) {
        if page.begins {
            if !isAtBeginning || streams.contains(where: { $0.serial == page.serial }) { try finishLink() }
            isAtBeginning = true
            streams.append(OggLogicalStream(page, try reader.bytes(at: page.bodyStart, upTo: 64)))
            return
        }
        isAtBeginning = false
        guard let index = streams.firstIndex(where: { $0.serial == page.serial }) else {
            strayCount += 1
            return
        }
        streams[index].append(page)
    }

    private mutating func finishLink() throws(FileError) {
        defer { streams = [] }
        let sounds = streams.filter(\.codec.isRead)
        unendedCount += sounds.count { !$0.hasEnded }
        trackCount = max(trackCount, sounds.count(where: \.hasSamples))
        guard let sound = sounds.first(where: \.hasSamples) ?? sounds.first else {
            finishForeignLink()
            return
        }
        missingCount += sound.missingCount
        if let part = try sound.part(in: source) { parts.append(part) }
    }

    /// Of a link without a sound that is read here.
    private mutating func finishForeignLink() {
        let others = streams.filter { $0.codec.foreignName != nil }
        guard !others.isEmpty else { return }
        unendedCount += others.count { !$0.hasEnded }
        missingCount += others.reduce(0) { $0 + $1.missingCount }
        let names = others.compactMap(\.codec.foreignName).joined(separator: " and ")
        foreignCodec = foreignCodec ?? "Ogg with \(names)"
    }

    /// Passes over bytes that are no page.
    private mutating func skip(_ position: Int, _ end: Int) throws(FileError) -> Int {
        let next = try nextPage(in: position + 1..<end) ?? end
        if try !AudioTags.reach(next, from: position, &reader) {
            if foreign.byteCount == 0 { foreign.first = position }
            foreign.byteCount += next - position
        }
        return next
    }

    private mutating func nextPage(in range: Range<Int>) throws(FileError) -> Int? {
        var position = range.lowerBound
        while position < range.upperBound {
            let index = try reader.index(of: position, count: 1 << 12)
            let part = reader.block[index...].prefix(range.upperBound - position)
            guard let place = part.firstIndex(of: UInt8(ascii: "O")) else {
                position += max(1, part.count)
                continue
            }
            position += place - index
            if try reader.bytes(at: position, upTo: 5) == Array("OggS".utf8) + [0] { return position }
            position += 1
        }
        return nil
    }

    private mutating func describeOmissions() {
        if unendedCount > 0 { omissions.append("truncated: its Ogg stream ends without a last page") }
        if missingCount > 0 { omissions.append("\(missingCount) Ogg pages are missing: what they held is left out") }
        if strayCount > 0 { omissions.append("\(strayCount) Ogg pages belong to no stream, and are left out") }
        if trackCount > 1 { omissions.append("holds \(trackCount) sound tracks: all but the first are left out") }
        if foreign.byteCount > 0 {
            omissions.append(
                "\(foreign.byteCount) bytes that are no Ogg pages are left out, from byte \(foreign.first) on")
        }
    }
}
