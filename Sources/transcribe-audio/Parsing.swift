import TesseraCommands

/// What `transcribe-audio` says to arguments before any work, for tests; see `outcome(parsing:)`.
package func transcribeAudioOutcome(parsing arguments: [String]) -> (code: Int32, text: String) {
    TranscribeAudio.outcome(parsing: arguments)
}
