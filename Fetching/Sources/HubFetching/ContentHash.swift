internal import Crypto
internal import NIOCore

/// The hash by which the hub knows a file's contents: SHA-256 for large ones, git's SHA-1 for the others.
package enum ContentHash: Sendable, Equatable {
    case sha256(String)
    case gitBlob(String)

    /// In small hexadecimal digits; the name in the cache.
    var text: String {
        switch self {
        case .sha256(let text), .gitBlob(let text): text
        }
    }

    var algorithm: String {
        switch self {
        case .sha256: "SHA-256"
        case .gitBlob: "SHA-1 of git"
        }
    }
}

/// A hash that is computed piece by piece.
struct RunningHash: Sendable {
    private var sha256 = SHA256()
    private var sha1 = Insecure.SHA1()
    private let isGit: Bool

    init(_ hash: ContentHash, byteCount: Int) {
        if case .gitBlob = hash { isGit = true } else { isGit = false }
        // What git hashes: its own header goes first.
        if isGit { sha1.update(data: Array("blob \(byteCount)\0".utf8)) }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        if isGit { sha1.update(bufferPointer: bytes) } else { sha256.update(bufferPointer: bytes) }
    }

    /// The hash behind another piece, computed on another thread.
    @concurrent func updated(_ piece: ByteBuffer) async -> RunningHash {
        var hash = self
        piece.withUnsafeReadableBytes { hash.update($0) }
        return hash
    }

    func finish() -> String { isGit ? hexadecimal(sha1.finalize()) : hexadecimal(sha256.finalize()) }

    private func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
