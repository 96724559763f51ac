internal import TesseraFiles

/// What stands behind the sound of a window that is not full, for which config.json of models that this package trains has a key.
///
/// Published models get zeros, as openai/whisper's `transcribe` does it. transformers pads the samples, so that silence follows, and
/// that is what this package's trainings do; small models hear the difference.
enum WindowPadding: String {
    case zeros, silence

    static let key = "window_padding"

    /// - Throws: `FileError` naming the key.
    init(_ config: JSONObject) throws(FileError) {
        let name = try config.string(Self.key, default: Self.zeros.rawValue)
        guard let padding = Self(rawValue: name) else {
            throw config.error(Self.key, "\(name.quoted) is neither 'zeros' nor 'silence'")
        }
        self = padding
    }

    /// The features' value behind the frames of a recording.
    func feature(behind source: some FrameSource) -> Float {
        switch self {
        case .zeros: 0
        case .silence: source.silence
        }
    }

    /// The configuration of a model that was trained with this padding.
    func noted(in config: JSONObject) -> JSONObject {
        let others = config.members.filter { $0.name != Self.key }
        return JSONObject(members: others + [JSONMember(name: Self.key, value: .string(rawValue))], path: config.path)
    }
}
