import TesseraCommands

/// What `segment-image` says to arguments before any work, for tests; see `outcome(parsing:)`.
package func segmentImageOutcome(parsing arguments: [String]) -> (code: Int32, text: String) {
    SegmentImage.outcome(parsing: arguments)
}
