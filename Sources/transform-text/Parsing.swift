import TesseraCommands

/// What `transform-text` says to arguments before any work, for tests; see `outcome(parsing:)`.
package func transformTextOutcome(parsing arguments: [String]) -> (code: Int32, text: String) {
    TransformText.outcome(parsing: arguments)
}
