internal import TesseraTensor
internal import TesseraTransformer

/// A window through the encoder, at full length and at its own, each computed when it is first asked for: the keys and values that
/// the decoder attends to, which the search for the language, every attempt and the times of words begin with.
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

    /// Padded to a window's length.
    private(set) lazy var whole = encoded(frames: windowFrames)

    /// With half a second of padding behind it; nil where that is no shorter.
    private(set) lazy var short: KeyValueCache? = {
        let frames = (sound.shape[0] + 50 + 1) / 2 * 2
        return frames < windowFrames ? encoded(frames: frames) : nil
    }()

    private func encoded(frames: Int) -> KeyValueCache {
        var input = Tensor(shape: [1, frames, sound.shape[1]], repeating: padding)
        input.replaceTokens(from: 0, with: sound.reshaped([1] + sound.shape))
        return model.decoder.makeCache(memory: model.encoded(input))
    }
}
