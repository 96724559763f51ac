internal import TesseraAudio
internal import TesseraTensor

/// Frames of samples in memory, as those of a recording that holds nothing else.
struct SampleFrames: FrameSource {
    private let stream: LogMelStream
    /// Seconds.
    let duration: Double

    init(_ samples: [Float], _ spectrogram: LogMelSpectrogram) {
        var stream = LogMelStream(spectrogram)
        stream.append(samples)
        stream.finish()
        self.stream = stream
        duration = Double(samples.count) / Double(spectrogram.settings.sampleRate)
    }

    var frameCount: Int { stream.frameCount }

    var silence: Float { LogMelSpectrogram.feature(ofSilenceBelow: stream.maximum) }

    func features(_ frames: Range<Int>) -> Tensor { stream.features(frames) }
}
