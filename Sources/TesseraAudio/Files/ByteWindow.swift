internal import CTesseraSndFile
internal import TesseraFiles

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A part of a file as libsndfile sees it: a file of its own, through its virtual input.
final class ByteWindow {
    private let source: ByteSource
    private let bytes: Range<Int>
    /// The size that libsndfile is told. How many samples an MP3 has whose frames are not counted, it estimates by the size
    /// and the first frame's bits a second, and stops there: so that the end comes first, the size is made larger than the
    /// longest frames could make up for.
    private let shownCount: Int
    private var position = 0
    private var flac: FLACFrames?
    /// What went wrong inside libsndfile's calls, which can only return fewer bytes.
    private(set) var failure: FileError?

    init(_ source: ByteSource, _ layout: AudioLayout) {
        self.source = source
        bytes = layout.bytes
        shownCount = layout.hasCount ? bytes.count : bytes.count.multipliedReportingOverflow(by: 64).partialValue
        flac = layout.flac.map { FLACFrames($0) }
    }

    /// The functions that libsndfile calls with the window as their last argument.
    static var callbacks: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { ByteWindow.of($0).map { sf_count_t($0.shownCount) } ?? 0 },
            seek: { offset, origin, window in ByteWindow.of(window).map { $0.seek(offset, origin) } ?? -1 },
            read: { target, count, window in ByteWindow.of(window).map { $0.read(target, count) } ?? 0 },
            write: nil,
            tell: { ByteWindow.of($0).map { sf_count_t($0.position) } ?? -1 })
    }

    private static func of(_ window: UnsafeMutableRawPointer?) -> ByteWindow? {
        window.map { Unmanaged<ByteWindow>.fromOpaque($0).takeUnretainedValue() }
    }

    private func seek(_ offset: sf_count_t, _ origin: Int32) -> sf_count_t {
        let start =
            switch origin {
            case SEEK_CUR: position
            case SEEK_END: shownCount
            default: 0
            }
        let (target, overflow) = Int(offset).addingReportingOverflow(start)
        guard !overflow, target >= 0 else { return -1 }
        position = min(target, shownCount)
        return sf_count_t(position)
    }

    private func read(_ target: UnsafeMutableRawPointer?, _ count: sf_count_t) -> sf_count_t {
        guard let target, failure == nil else { return 0 }
        if position >= bytes.count { return readTail(target, count) }
        let count = min(Int(clamping: count), bytes.count - position)
        guard count > 0 else { return 0 }
        let piece = UnsafeMutableRawBufferPointer(start: target, count: count)
        do throws(FileError) {
            try source.read(at: bytes.lowerBound + position, into: piece)
            try watch(UnsafeRawBufferPointer(piece), at: bytes.lowerBound + position)
        } catch {
            failure = error
            return 0
        }
        position += count
        return sf_count_t(count)
    }

    /// Behind the bytes there is nothing, but that the decoder looks for a tag in the last 128 of the size it was told.
    private func readTail(_ target: UnsafeMutableRawPointer, _ count: sf_count_t) -> sf_count_t {
        guard shownCount > bytes.count, position >= shownCount - 128 else { return 0 }
        let count = min(max(0, Int(clamping: count)), shownCount - position)
        memset(target, 0, count)
        position += count
        return sf_count_t(count)
    }

    private func watch(_ piece: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
        guard let change = flac?.changeOfFormat(in: piece, at: offset) else { return }
        throw source.damaged("is FLAC that changes its format midway, \(change)")
    }

    /// Looks at what libsndfile left unread: frames beyond the count that a FLAC file's header gives.
    func watchRest() throws(FileError) {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { piece.deallocate() }
        while let position = flac?.position, position < bytes.upperBound {
            let part = UnsafeMutableRawBufferPointer(rebasing: piece.prefix(bytes.upperBound - position))
            try source.read(at: position, into: part)
            try watch(UnsafeRawBufferPointer(part), at: position)
        }
    }
}
