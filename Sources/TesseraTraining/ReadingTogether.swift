package import TesseraFiles
internal import TesseraTensor

/// Reads the samples of a training on all threads, some at a time, so that no more of them are in memory than are kept.
///
/// - Parameters:
///   - files: what they are read of.
///   - progress: is told from time to time how many more were read.
///   - read: makes a sample of a file; called on several threads at once.
///   - keep: called with each sample, in their order.
/// - Returns: which files could not be read, and why.
package func readTogether<File: Sendable, Sample: Sendable>(
    _ files: [File], progress: (Int) -> Void, read: @Sendable (File) throws(FileError) -> Sample, keep: (Sample) -> Void
) -> [(index: Int, error: FileError)] {
    var failures: [(index: Int, error: FileError)] = []
    for start in stride(from: 0, to: files.count, by: filesAtOnce) {
        let part = start..<min(start + filesAtOnce, files.count)
        let results = Threads.map(part.count) { index in
            Result<Sample, FileError> { () throws(FileError) in try read(files[start + index]) }
        }
        for (index, result) in zip(part, results) {
            switch result {
            case .success(let sample): keep(sample)
            case .failure(let error): failures.append((index, error))
            }
        }
        progress(part.count)
    }
    return failures
}

private let filesAtOnce = 64

/// Samples that stay in memory, if they take no more bytes than they may.
package struct KeptSamples<Sample> {
    /// All of them, in order; nil when they take more.
    package private(set) var samples: [Sample]? = []
    private var byteCount = 0
    private let limit: Int

    /// - Parameter limit: how many bytes all together may take.
    package init(limit: Int) { self.limit = limit }

    /// Keeps one more, of so many bytes.
    package mutating func keep(_ sample: Sample, byteCount: Int) {
        self.byteCount += byteCount
        if self.byteCount > limit { samples = nil }
        samples?.append(sample)
    }
}
