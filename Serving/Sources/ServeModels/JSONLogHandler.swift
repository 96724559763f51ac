internal import Foundation
internal import Logging
internal import TesseraCommands

/// Writes each message as a line of JSON to standard error, as collectors of logs read it.
struct JSONLogHandler: LogHandler {
    let label: String
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.info

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = metadata.merging(event.metadata ?? [:]) { _, new in new }.mapValues(\.description)
        line["time"] = Date().ISO8601Format(.init(includingFractionalSeconds: true))
        (line["level"], line["message"], line["logger"]) = (event.level.rawValue, event.message.description, label)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(line) else { return }
        StandardError.write(String(decoding: data, as: UTF8.self))
    }
}
