import TesseraCommands

/// What `search-images` says to arguments before any work, for tests; see `outcome(parsing:)`.
package func searchImagesOutcome(parsing arguments: [String]) -> (code: Int32, text: String) {
    SearchImages.outcome(parsing: arguments)
}
