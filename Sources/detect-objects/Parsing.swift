import TesseraCommands

/// What `detect-objects` says to arguments before any work, for tests; see `outcome(parsing:)`.
package func detectObjectsOutcome(parsing arguments: [String]) -> (code: Int32, text: String) {
    DetectObjects.outcome(parsing: arguments)
}
