internal import TesseraAudio
internal import TesseraFiles
internal import TesseraTraining

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
        var kept = KeptSamples<[Float]>(limit: memoryLimit)
        let failures = readTogether(paths, progress: progress) { path throws(FileError) in
            try read(path)
        } keep: {
            kept.keep($0, byteCount: $0.count * MemoryLayout<Float>.stride)
        }
        return (kept.samples, failures)
    }
}
