import TesseraFiles
import TestSupport
import Testing

/// A subtitle as a player reads it; times in milliseconds.
struct ParsedSubtitle: Equatable {
    var start, end: Int
    var lines: [String]
}

/// SubRip, as strictly as the strictest players: numbers count from 1, an empty line ends each subtitle.
func parseSubRip(_ text: String) throws -> [ParsedSubtitle] {
    try blocks(text).enumerated().map { index, lines in
        try #require(lines.count >= 3 && lines[0] == String(index + 1), "\(lines)")
        return try subtitle(times: lines[1], lines: lines.dropFirst(2), mark: ",", needsHours: true)
    }
}

/// WebVTT without settings and identifiers; references are resolved.
func parseWebVTT(_ text: String) throws -> [ParsedSubtitle] {
    let blocks = blocks(text)
    try #require(blocks.first == ["WEBVTT"])
    return try blocks.dropFirst().map { lines in
        try #require(lines.count >= 2 && lines.dropFirst().allSatisfy { !$0.contains("<") }, "\(lines)")
        let text = lines.dropFirst().map { $0.replacing("&lt;", with: "<").replacing("&amp;", with: "&") }
        return try subtitle(times: lines[0], lines: text[...], mark: ".", needsHours: false)
    }
}

/// The rows of openai/whisper's table, as subtitles of one line.
func parseTable(_ text: String) throws -> [ParsedSubtitle] {
    let rows = text.split(separator: "\n").map {
        $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    try #require(rows.first == ["start", "end", "text"])
    return try rows.dropFirst().map { row in
        try #require(row.count == 3)
        return ParsedSubtitle(start: try #require(Int(row[0])), end: try #require(Int(row[1])), lines: [row[2]])
    }
}

/// What the command printed as JSON, an array as the value of `all`.
func parseJSON(_ text: String) throws -> JSONObject {
    let object = text.hasPrefix("[") ? "{\"all\": \(text)}" : text
    return try JSONObject(bytes: Array(object.utf8), path: "output")
}

/// The segments with text of a transcript, as subtitles of one line.
///
/// - Parameter byWords: whether words say the text and the times.
func subtitles(_ transcript: JSONObject, byWords: Bool) throws -> [ParsedSubtitle] {
    let duration = try transcript.number("duration", in: 0...1e6)
    return try transcript.objects("segments").compactMap { segment in
        // What lies behind the recording's end is not shown.
        guard try segment.number("start", in: 0...1e6) < duration else { return nil }
        let words = byWords ? try segment.objects("words") : []
        let text = try byWords ? words.map { try $0.string("word") }.joined() : segment.string("text")
        guard !text.trimmed.isEmpty else { return nil }
        return ParsedSubtitle(
            start: milliseconds(try (words.first ?? segment).number("start", in: 0...1e6)),
            end: milliseconds(try (words.last ?? segment).number("end", in: 0...1e6)),
            lines: [oneLine(text)])
    }
}

func oneLine(_ text: String) -> String { stripped(text.map { $0.isNewline ? " " : String($0) }.joined()) }

/// As Python strips, and openai/whisper with it.
func stripped(_ text: String) -> String { text.trimmed }

private func milliseconds(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }

private func blocks(_ text: String) -> [[String]] {
    text.split(separator: "\n\n").map { $0.split(separator: "\n").map(String.init) }
}

private func subtitle(
    times: String, lines: ArraySlice<String>, mark: Character, needsHours: Bool
) throws -> ParsedSubtitle {
    let parts = times.split(separator: " --> ", omittingEmptySubsequences: false)
    try #require(parts.count == 2 && !lines.contains { $0.contains("-->") })
    let both = try parts.map { part in
        let fields = part.split { $0 == ":" || $0 == mark }.compactMap { Int($0) }
        try #require((needsHours ? 4...4 : 3...4).contains(fields.count) && part.dropLast(3).last == mark, "\(part)")
        let seconds = fields.dropLast().reduce(0) { $0 * 60 + $1 }
        return seconds * 1000 + fields[fields.count - 1]
    }
    return ParsedSubtitle(start: both[0], end: both[1], lines: Array(lines))
}
