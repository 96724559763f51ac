internal import Crypto
internal import Foundation

/// A file of a repository that the loopback hub serves.
public struct HostedFile: Sendable {
    enum Contents: Sendable {
        case bytes([UInt8])
        case file(String)
    }

    /// The path in the repository.
    public var path: String
    /// How many bytes it has.
    public var byteCount: Int
    /// Whether it is kept outside of git, on another host, as the hub does with large files.
    public var isLarge: Bool
    /// SHA-256 of large files, git's SHA-1 of the others.
    public var hash: String
    let contents: Contents

    /// A file that is held in memory.
    public init(_ path: String, _ bytes: [UInt8]) {
        (self.path, byteCount, contents) = (path, bytes.count, .bytes(bytes))
        isLarge = isKeptOutsideOfGit(path)
        hash =
            isLarge
            ? hexadecimal(SHA256.hash(data: bytes)) : hexadecimal(Insecure.SHA1.hash(data: header(bytes.count) + bytes))
    }

    /// A file of the disk.
    public init(_ path: String, file: String) throws {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
        (self.path, contents) = (path, .file(file))
        byteCount = Int(try handle.seekToEnd())
        isLarge = isKeptOutsideOfGit(path)
        try handle.seek(toOffset: 0)
        var (sha256, sha1) = (SHA256(), Insecure.SHA1())
        sha1.update(data: header(byteCount))
        while let piece = try handle.read(upToCount: 1 << 22), !piece.isEmpty {
            if isLarge { sha256.update(data: piece) } else { sha1.update(data: piece) }
        }
        hash = isLarge ? hexadecimal(sha256.finalize()) : hexadecimal(sha1.finalize())
    }
}

private func isKeptOutsideOfGit(_ path: String) -> Bool {
    [".safetensors", ".bin", ".h5", ".msgpack", ".onnx"].contains { path.hasSuffix($0) }
}

private func header(_ byteCount: Int) -> [UInt8] { Array("blob \(byteCount)\0".utf8) }

private func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
    digest.map { String(format: "%02x", $0) }.joined()
}
