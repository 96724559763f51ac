internal import TesseraAudio
internal import TesseraFiles
internal import TesseraTensor

/// Reads recordings into the form from which augmentation starts.
struct SoundReader: Sendable {
    let settings: SpectrogramWindowSettings

    /// Of a recording that is longer than a minute, and than the model's window, the beginning is learned.
    private var sampleLimit: Int { max(settings.mostSampleCount, 60 * settings.sampleRate) }

    /// - Throws: `FileError` when the file is absent, damaged, cannot be read or is too short.
    func read(_ path: String) throws(FileError) -> [Float] {
        let source = try AudioFile(path).samples(at: settings.sampleRate)
        let samples = try source.read(upTo: sampleLimit)
        // What is behind the last sample is known only when it was looked for.
        if samples.count < sampleLimit { _ = try source.read(upTo: 1) }
        guard !source.isIncomplete else {
            throw FileError(.badData, path: path, cause: source.warnings.joined(separator: "; "))
        }
        guard samples.count >= settings.leastSampleCount else {
            let least = Double(settings.leastSampleCount) / Double(settings.sampleRate)
            throw FileError(.badData, path: path, cause: "is shorter than \(least) seconds")
        }
        return samples
    }

    /// Reads recordings on all threads.
    ///
    /// - Returns: the samples of those that could be read, in order, or nil when they take more bytes than `memoryLimit`; and why
    ///   the others could not be read.
    func readAll(
        _ paths: [String], memoryLimit: Int, _ progress: (Int) -> Void
    ) -> (samples: [[Float]]?, failures: [(index: Int, error: FileError)]) {
        var samples: [[Float]]? = []
        var failures: [(index: Int, error: FileError)] = []
        var byteCount = 0
        for start in stride(from: 0, to: paths.count, by: 64) {
            let part = start..<min(start + 64, paths.count)
            let results = Threads.map(part.count) { index in
                Result { () throws(FileError) in try read(paths[start + index]) }
            }
            for (index, result) in zip(part, results) {
                switch result {
                case .success(let sound):
                    byteCount += sound.count * MemoryLayout<Float>.stride
                    if byteCount > memoryLimit { samples = nil }
                    samples?.append(sound)
                case .failure(let error): failures.append((index, error))
                }
            }
            progress(part.count)
        }
        return (samples, failures)
    }
}
