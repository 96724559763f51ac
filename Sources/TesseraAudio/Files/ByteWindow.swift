internal import CTesseraSndFile
internal import TesseraFiles

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A part of a file as a decoder sees it: a file of its own, through the decoder's virtual input.
final class ByteWindow {
    private let source: ByteSource
    private let part: AudioPart
    private var position = 0
    /// The piece that was read last.
    private var pieceIndex = 0
    private var flac: FLACFrames?
    /// What went wrong inside the decoder's calls, which can only return fewer bytes.
    private(set) var failure: FileError?

    init(_ source: ByteSource, _ part: AudioPart) {
        (self.source, self.part) = (source, part)
        flac = part.flac.map { FLACFrames($0) }
    }

    /// The functions that libsndfile calls with the window as their last argument.
    static var callbacks: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { ByteWindow.of($0).map { sf_count_t($0.part.byteCount) } ?? 0 },
            seek: { offset, origin, window in
                ByteWindow.of(window).map { sf_count_t($0.seek(Int(offset), origin)) } ?? -1
            },
            read: { target, count, window in
                ByteWindow.of(window).map { sf_count_t($0.read(target, Int(clamping: count))) } ?? 0
            },
            write: nil,
            tell: { ByteWindow.of($0).map { sf_count_t($0.position) } ?? -1 })
    }

    static func of(_ window: UnsafeMutableRawPointer?) -> ByteWindow? {
        window.map { Unmanaged<ByteWindow>.fromOpaque($0).takeUnretainedValue() }
    }

    /// As lseek(2).
    func seek(_ offset: Int, _ origin: Int32) -> Int {
        let start =
            switch origin {
            case SEEK_CUR: position
            case SEEK_END: part.byteCount
            default: 0
            }
        let (target, overflow) = offset.addingReportingOverflow(start)
        guard !overflow, target >= 0 else { return -1 }
        position = min(target, part.byteCount)
        return position
    }

    /// As read(2), but that nothing is read after a failure.
    func read(_ target: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        guard let target, failure == nil else { return 0 }
        var filled = 0
        do throws(FileError) {
            while filled < count, position < part.byteCount {
                filled += try readPiece(target + filled, count - filled)
            }
        } catch {
            failure = error
            return 0
        }
        return filled
    }

    /// Reads up to `count` bytes of the piece at the position, moves on, and returns how many.
    private func readPiece(_ target: UnsafeMutableRawPointer, _ count: Int) throws(FileError) -> Int {
        pieceIndex = part.pieceIndex(at: position, near: pieceIndex)
        let piece = part.pieces[pieceIndex]
        let place = position - piece.start
        let count = min(count, piece.count - place)
        let buffer = UnsafeMutableRawBufferPointer(start: target, count: count)
        if let replacement = piece.replacement {
            buffer.copyBytes(from: replacement[place..<place + count])
        } else {
            try source.read(at: piece.offset + place, into: buffer)
            try watch(UnsafeRawBufferPointer(buffer), at: piece.offset + place)
        }
        position += count
        return count
    }

    private func watch(_ piece: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
        guard let change = flac?.changeOfFormat(in: piece, at: offset) else { return }
        throw source.damaged("is FLAC that changes its format midway, \(change)")
    }

    /// Looks at what libsndfile left unread of FLAC.
    ///
    /// - Returns: Whether nothing but zeros or tags is behind its last frame.
    /// - Throws: `FileError` when there is more sound than libsndfile was told of, or reading fails.
    func flacEndsClean() throws(FileError) -> Bool {
        let end = part.byteCount + (part.pieces.first?.offset ?? 0)
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { piece.deallocate() }
        while let position = flac?.position, position < end {
            let part = UnsafeMutableRawBufferPointer(rebasing: piece.prefix(end - position))
            try source.read(at: position, into: part)
            try watch(UnsafeRawBufferPointer(part), at: position)
        }
        return try flac?.endsClean(before: end, of: source) ?? true
    }
}
