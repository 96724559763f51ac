internal import TesseraAudio
internal import TesseraLayers

extension SoundAugmentation {
    /// A stretch of a sound, earlier or later, louder or softer.
    ///
    /// - Parameter samples: as many as a frame at least.
    func varied(
        _ samples: [Float], for settings: SpectrogramWindowSettings, using random: inout RandomGenerator
    ) -> [Float] {
        guard self != .none else { return samples }
        var sound = stretch(of: samples, settings, &random)
        let change = amplitude(decibels: random.nextUniform(in: gain))
        sound.scale(by: min(change, 1 / max(sound.peak, .leastNormalMagnitude)))
        return sound
    }

    private func stretch(
        of samples: [Float], _ settings: SpectrogramWindowSettings, _ random: inout RandomGenerator
    ) -> [Float] {
        let room = samples.count - settings.mostSampleCount
        guard room <= 0 else {
            let start = crops ? random.nextInteger(in: 0...room) : 0
            return Array(samples[start..<start + settings.mostSampleCount])
        }
        let most = min(Int(shift * Double(settings.sampleRate)), samples.count / 2)
        // What is heard first: behind the beginning, or before the end.
        let first = (random.nextInteger(in: -most...most) + samples.count) % samples.count
        return Array(samples[first...] + samples[..<first])
    }
}
