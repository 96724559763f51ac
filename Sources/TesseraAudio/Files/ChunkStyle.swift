/// Where the samples of a recording lie in its file, and how many bytes the header claims there are.
struct SampleData {
    let bytes: Range<Int>
    let claimed: UInt64
    /// Whether `claimed` is a placeholder that a program writing to a pipe leaves behind.
    var isStreamed = false
}

/// In what the formats differ that lay chunks one after the other, each with its name and size.
struct ChunkStyle {
    /// Bytes of a chunk's name; the first four are told apart.
    var nameByteCount = 4
    var sizeByteCount = 4
    var isBigEndian = false
    /// Whether a chunk's size includes its name and size.
    var includesHeader = false
    /// A chunk's contents are filled up to a multiple of so many bytes.
    var alignment = 2
    /// Where the first one begins.
    var firstChunk = 12
    var formatName: StaticString = "fmt "
    /// The bytes that the chunk with the format has at least.
    var formatByteCount = 16
    var dataName: StaticString = "data"
    /// Whether the data may come before their format.
    var allowsDataFirst = false

    /// WAV, RF64 and BW64.
    static let wav = ChunkStyle()
    /// WAV with the most significant bytes first.
    static let bigEndianWAV = ChunkStyle(isBigEndian: true)
    /// Sony's, with 128 bits a name.
    static let wave64 = ChunkStyle(
        nameByteCount: 16, sizeByteCount: 8, includesHeader: true, alignment: 8, firstChunk: 40)
    /// AIFF and AIFF-C.
    static let aiff = ChunkStyle(
        isBigEndian: true, formatName: "COMM", formatByteCount: 18, dataName: "SSND", allowsDataFirst: true)
    /// Apple's Core Audio Format.
    static let caf = ChunkStyle(
        sizeByteCount: 8, isBigEndian: true, alignment: 1, firstChunk: 8, formatName: "desc", formatByteCount: 32)

    var headerByteCount: Int { nameByteCount + sizeByteCount }
    private var isCAF: Bool { sizeByteCount == 8 && isBigEndian }

    /// The size of a chunk's contents; huge where it is negative.
    func size(of header: [UInt8]) -> UInt64 {
        let size =
            isBigEndian
            ? header.bigEndian(nameByteCount, sizeByteCount) : header.littleEndian(nameByteCount, sizeByteCount)
        return includesHeader ? size >= headerByteCount ? size - UInt64(headerByteCount) : 0 : size
    }

    /// The bytes from the beginning of a chunk's contents of this size to the next chunk.
    func aligned(_ size: Int) -> Int { (size + alignment - 1) / alignment * alignment }

    /// Programs that write to a pipe leave about the largest number of 32 bits, or of 31.
    func isPlaceholder(_ size: UInt64) -> Bool {
        sizeByteCount == 4 ? size >= 0xFFFF_0000 || size >> 16 == 0x7FFF : size >= 1 << 62
    }

    /// Whether the size says, as CAF provides for, that the data reach to the end of the file.
    func isEndless(_ size: UInt64) -> Bool { isCAF && size == .max }

    /// Where the samples begin in the contents of the data, by the first 8 bytes of these.
    func sampleOffset(_ contents: [UInt8]) -> Int {
        if dataName.utf8Start.pointee == UInt8(ascii: "S") { return 8 + Int(contents.bigEndian(0, 4)) }
        return isCAF ? 4 : 0
    }

    /// Whether two chunks say the same format, but for the bytes a second that WAV's gives too.
    func isSame(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        func essence(_ bytes: [UInt8]) -> [UInt8] { Array(bytes[..<8] + bytes[12...].prefix(4)) }
        return essence(a) == essence(b)
    }
}
