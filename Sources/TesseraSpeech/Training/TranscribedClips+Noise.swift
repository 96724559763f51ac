internal import TesseraFiles
internal import TesseraLayers

extension TranscribedClips {
    /// Adds noise, and makes all of it louder or softer.
    func addNoise(to utterance: inout Utterance, _ random: inout RandomGenerator) throws(FileError) {
        let isSilence = utterance.samples.allSatisfy { $0 == 0 }
        if random.nextUniform() < augmentation.noiseProbability {
            let ratio = random.nextUniform(in: augmentation.signalToNoise)
            var noise = try noise(utterance.samples.count, besideSpeech: !isSilence, &random)
            // Of silence it has any loudness, from hardly audible to full.
            let level = isSilence ? -90 * random.nextUniform() : -ratio
            let power = isSilence ? 0.1 : utterance.speechPower(sampleRate: sampleRate)
            noise.scale(by: amplitude(decibels: level) * (power / max(noise.power, .leastNormalMagnitude)).squareRoot())
            for index in noise.indices { utterance.samples[index] += noise[index] }
        }
        guard augmentation != .none else { return }
        let gain = amplitude(decibels: random.nextUniform(in: augmentation.gain))
        utterance.samples.scale(by: min(gain, 1 / max(utterance.samples.peak, .leastNormalMagnitude)))
    }

    private func noise(
        _ count: Int, besideSpeech: Bool, _ random: inout RandomGenerator
    ) throws(FileError) -> [Float] {
        switch random.nextUniform() {
        case ..<0.8:
            return BackgroundNoise.coloured(
                count, slope: random.nextUniform(in: 0...2), sampleRate: sampleRate, using: &random)
        case ..<0.9: return BackgroundNoise.hum(count, sampleRate: sampleRate, using: &random)
        default:
            return besideSpeech
                ? try babble(count, &random)
                : BackgroundNoise.clicks(count, sampleRate: sampleRate, using: &random)
        }
    }

    /// Several voices at once, of which none is understood.
    private func babble(_ count: Int, _ random: inout RandomGenerator) throws(FileError) -> [Float] {
        var sum = [Float](repeating: 0, count: count)
        for _ in 0..<5 {
            let voice = try samples(of: random.nextInteger(in: 0...sampleCount - 1))
            guard !voice.isEmpty else { continue }
            var place = random.nextInteger(in: 0...voice.count - 1)
            for index in sum.indices {
                sum[index] += voice[place]
                place = place + 1 == voice.count ? 0 : place + 1
            }
        }
        return sum
    }
}

extension Utterance {
    /// The mean square of the samples while somebody speaks, or, where nobody does, of all; at least that of a whisper.
    fileprivate func speechPower(sampleRate: Int) -> Float {
        let parts = transcript.segments.map { segment in
            let end = min(Int(segment.end * Double(sampleRate)), samples.count)
            return samples[min(Int(segment.start * Double(sampleRate)), end)..<end]
        }
        let count = parts.reduce(0) { $0 + $1.count }
        let power = parts.reduce(0) { $0 + $1.power * Float($1.count) } / Float(max(count, 1))
        return max(count > 0 ? power : samples.power, 1e-6)
    }
}
