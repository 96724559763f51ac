public import TesseraFiles

extension Transcript {
    /// The transcript as one JSON object: openai/whisper's fields, and for each window what was decided. Times are in seconds,
    /// to the millisecond.
    ///
    /// - Parameter name: the recording's.
    /// - Throws: `FileError` when a temperature is NaN or infinite.
    public func json(name: String) throws(FileError) -> String {
        var json = JSONWriter()
        json.object { json in
            json.write(name, for: "audio")
            write(to: &json)
        }
        return String(decoding: try json.finish(path: name), as: UTF8.self)
    }

    /// The names of the members that `write(to:)` writes.
    package static let jsonNames = ["duration", "language", "text", "mode", "speech", "segments", "decisions"]

    /// Writes all but the recording's name, into an object.
    package func write(to json: inout JSONWriter) {
        json.writeTime(duration, for: "duration")
        if let language { json.write(language, for: "language") } else { json.writeNull(for: "language") }
        json.write(text, for: "text")
        if isBatched { json.write("batched", for: "mode") }
        if let speech { json.write(speech) }
        json.array("segments") { json in
            for segment in segments { segment.write(to: &json) }
        }
        json.array("decisions") { json in
            for decision in decisions { decision.write(to: &json) }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ speech: [SpeechStretch]) {
        array("speech") { json in
            for stretch in speech {
                json.object { json in
                    json.writeTime(stretch.start, for: "start")
                    json.writeTime(stretch.end, for: "end")
                }
            }
        }
    }
}

extension TranscribedSegment {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.write(id, for: "id")
            json.write(seek, for: "seek")
            json.writeTime(start, for: "start")
            json.writeTime(end, for: "end")
            json.write(text, for: "text")
            json.array("tokens") { json in for token in tokens { json.write(token) } }
            json.writeFigures(temperature, averageLogProbability, compressionRatio, noSpeechProbability)
            if let words { json.write(words) }
        }
    }
}

extension WindowDecision {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.write(seek, for: "seek")
            json.write(verdict.rawValue, for: "verdict")
            json.array("attempts") { json in
                for attempt in attempts {
                    json.object { json in
                        json.writeFigures(
                            attempt.temperature, attempt.averageLogProbability, attempt.compressionRatio,
                            attempt.noSpeechProbability)
                    }
                }
            }
        }
    }
}

extension JSONWriter {
    mutating func write(_ words: [TranscribedWord]) {
        array("words") { json in
            for word in words {
                json.object { json in
                    json.write(word.word, for: "word")
                    json.writeTime(word.start, for: "start")
                    json.writeTime(word.end, for: "end")
                    json.writeKnown(word.probability, for: "probability")
                }
            }
        }
    }

    mutating func writeTime(_ seconds: Double, for name: String) {
        write(Double(milliseconds(seconds)) / 1000, for: name)
    }

    /// What says how sure the model was.
    fileprivate mutating func writeFigures(
        _ temperature: Float, _ averageLogProbability: Double, _ compressionRatio: Double, _ noSpeechProbability: Double
    ) {
        write(temperature, for: "temperature")
        writeKnown(averageLogProbability, for: "avg_logprob")
        writeKnown(compressionRatio, for: "compression_ratio")
        writeKnown(noSpeechProbability, for: "no_speech_prob")
    }
}
