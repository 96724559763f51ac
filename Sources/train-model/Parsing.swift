import TesseraCommands

/// What `train-model` says to arguments before any work, for tests; see `outcome(parsing:)`.
package func trainModelOutcome(parsing arguments: [String]) -> (code: Int32, text: String) {
    TrainModel.outcome(parsing: arguments)
}
