internal import TesseraFiles

/// The pages of one codec's data within a link of Ogg.
struct OggLogicalStream {
    let serial: UInt32
    let codec: OggCodec
    /// Whether a page says that it is the last.
    private(set) var hasEnded: Bool
    /// Pages that are left out between others that hold samples.
    private(set) var missingCount = 0
    private var pages: AudioPart
    private var lastNumber: UInt32
    private var lastGranule = 0

    /// - Parameter packet: The beginning of the first page's body.
    init(_ page: OggPage, _ packet: [UInt8]) {
        (serial, lastNumber, hasEnded) = (page.serial, page.number, page.ends)
        codec = OggCodec(packet)
        pages = AudioPart()
        append(page, skipping: codec.isFLAC ? 9 : 0)
    }

    mutating func append(_ page: OggPage) {
        // Who tunes into a broadcast gets its headers, and then pages from much further on.
        if lastGranule > 0 { missingCount += page.number > lastNumber ? Int(page.number - lastNumber - 1) : 0 }
        if let granule = page.granule { lastGranule = max(lastGranule, granule) }
        lastNumber = page.number
        hasEnded = hasEnded || page.ends
        append(page, skipping: 0)
    }

    /// FLAC in Ogg is a native stream in pages, behind a few bytes of its own (RFC 9639, section 10.1): it is taken out of
    /// them, since libsndfile cannot read what other encoders than its own put there.
    private mutating func append(_ page: OggPage, skipping count: Int) {
        pages.append(codec.isFLAC ? min(page.bodyStart + count, page.end)..<page.end : page.start..<page.end)
    }

    /// Whether there is more than headers.
    var hasSamples: Bool { lastGranule > 0 }

    /// What the decoder reads; nil where there is nothing but headers.
    ///
    /// - Throws: `FileError` when FLAC has more samples than it counts, behind which its decoder does not look.
    func part(in source: ByteSource) throws(FileError) -> AudioPart? {
        guard case .flac(let count?) = codec else { return hasSamples ? pages : nil }
        guard lastGranule <= count else {
            throw source.damaged("has a damaged header: it counts \(count) samples of \(lastGranule)")
        }
        guard hasSamples else { throw source.damaged("is cut short: 0 of \(count) samples") }
        var part = pages
        part.requiredCount = count
        return part
    }
}
