internal import Foundation

/// The settings as events of a session tell them.
extension RealtimeSettings {
    /// - Parameter model: the name of the one that answers.
    func newerMembers(_ model: String) -> [String: Any] {
        var format: [String: Any] = ["type": format.mediaType]
        if self.format == .pcm16 { format["rate"] = self.format.sampleRate }
        let input: [String: Any] = [
            "format": format, "noise_reduction": NSNull(), "transcription": transcription(model),
            "turn_detection": turnDetection?.members ?? NSNull(),
        ]
        return ["type": "transcription", "audio": ["input": input]]
    }

    /// - Parameter model: the name of the one that answers.
    func olderMembers(_ model: String) -> [String: Any] {
        [
            "input_audio_format": format.rawValue, "input_audio_noise_reduction": NSNull(),
            "input_audio_transcription": transcription(model), "turn_detection": turnDetection?.members ?? NSNull(),
        ]
    }

    private func transcription(_ model: String) -> [String: Any] {
        ["model": model, "language": language ?? NSNull(), "prompt": prompt ?? ""]
    }
}

extension RealtimeSettings.TurnDetection {
    fileprivate var members: Any {
        [
            "type": "server_vad", "threshold": threshold, "prefix_padding_ms": prefixPadding,
            "silence_duration_ms": silenceDuration,
        ] as [String: Any]
    }
}
