/// The sizes of a Whisper, as openai/whisper's `dims` and whisper.cpp's header give them.
struct WhisperSizes: Sendable {
    var melBinCount: Int
    /// Positions of the encoder: fifty a second of the window.
    var encoderContextLength: Int
    var hiddenSize: Int
    var encoderHeadCount: Int
    var encoderLayerCount: Int
    var decoderContextLength: Int
    var decoderHeadCount: Int
    var decoderLayerCount: Int
    var vocabularySize: Int
    /// Of the feed-forward layers.
    var intermediateSize: Int
}
