internal import TesseraTensor

/// A window through the encoder, at full length and at its own, each computed when it is first asked for.
final class WindowEncoding {
    private let sound: Tensor
    private let model: SpeechTransformer
    private let windowFrames: Int
    private let padding: Float

    /// - Parameters:
    ///   - sound: `[frames, mel bins]`
    ///   - padding: what follows it.
    init(_ sound: Tensor, model: SpeechTransformer, windowFrames: Int, padding: Float) {
        (self.sound, self.model, self.windowFrames, self.padding) = (sound, model, windowFrames, padding)
    }

    /// Padded to a window's length, `[1, positions, hidden]`.
    private(set) lazy var whole = encoded(frames: windowFrames)

    /// With half a second of padding behind it; nil where that is no shorter.
    private(set) lazy var short: Tensor? = {
        let frames = (sound.shape[0] + 50 + 1) / 2 * 2
        return frames < windowFrames ? encoded(frames: frames) : nil
    }()

    private func encoded(frames: Int) -> Tensor {
        var input = Tensor(shape: [1, frames, sound.shape[1]], repeating: padding)
        input.replaceTokens(from: 0, with: sound.reshaped([1] + sound.shape))
        return model.encoded(input)
    }
}
