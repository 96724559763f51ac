import TesseraCommands

/// What `classify-audio` says to arguments before any work, for tests; see `outcome(parsing:)`.
package func classifyAudioOutcome(parsing arguments: [String]) -> (code: Int32, text: String) {
    ClassifyAudio.outcome(parsing: arguments)
}
