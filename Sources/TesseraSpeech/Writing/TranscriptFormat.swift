public import TesseraFiles

/// How a transcript is written.
///
/// ```swift
/// let transcript = try transcriber.transcribe(try AudioFile("film.wav"))
/// try writeAtomically(to: "film.srt", Array(transcript.text(as: .srt, name: "film.wav", layout: .init(lineWidth: 42)).utf8))
/// ```
public enum TranscriptFormat: String, Sendable, CaseIterable {
    /// The text, a segment a line.
    case txt
    /// All that is known: openai/whisper's fields, and the decisions behind them.
    case json
    /// SubRip subtitles.
    case srt
    /// WebVTT subtitles.
    case vtt
    /// openai/whisper's table: a header, and a row a segment with its start and end in milliseconds and its text.
    case tsv

    /// Whether transcripts of several recordings can follow one another.
    public var holdsSeveral: Bool { self == .txt || self == .json }
}

extension Transcript {
    /// The transcript in a format, with its last line end. A segment without text is left out of all of them but JSON.
    ///
    /// - Parameters:
    ///   - format: how it is written.
    ///   - name: the recording's, which JSON holds.
    ///   - layout: how words become subtitles; unless said, a segment is a subtitle of one line.
    /// - Throws: `FileError` when JSON is to hold a temperature that is NaN or infinite.
    public func text(
        as format: TranscriptFormat, name: String, layout: SubtitleLayout = .init()
    ) throws(FileError) -> String {
        switch format {
        case .txt: lines
        case .json: try json(name: name) + "\n"
        case .srt: subtitles(layout).subRip
        case .vtt: subtitles(layout).webVTT
        case .tsv: tabSeparated
        }
    }

    private var lines: String {
        segments.map(\.text.asLine).filter { !$0.isEmpty }.map { $0 + "\n" }.joined()
    }

    private var tabSeparated: String {
        var table = "start\tend\ttext\n"
        for segment in segmentsWithinDuration {
            let text = segment.text.asLine.replacing("\t", with: " ")
            guard !text.isEmpty else { continue }
            table += "\(milliseconds(segment.start))\t\(milliseconds(segment.end))\t\(text)\n"
        }
        return table
    }
}

/// A time in seconds to the nearest millisecond, as all formats have it.
package func milliseconds(_ seconds: Double) -> Int {
    Int(min(max(0, seconds) * 1000, 1e15).rounded(.toNearestOrEven))
}
