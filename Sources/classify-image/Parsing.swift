import TesseraCommands

/// What `classify-image` says to arguments before any work, for tests; see `outcome(parsing:)`.
package func classifyImageOutcome(parsing arguments: [String]) -> (code: Int32, text: String) {
    ClassifyImage.outcome(parsing: arguments)
}
