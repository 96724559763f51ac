import ArgumentParser
import TesseraCommands

/// Checks what trainings ask of the samples that are named: one way to validate, and no empty names.
///
/// - Parameters:
///   - data: where the samples are.
///   - validationData: where those are that are only validated with.
///   - fraction: the part of the samples that is kept for validation instead.
///   - kind: what is named.
func checkSamples(
    _ data: String? = nil, validationData: String?, fraction: Double?, kind: String = "file"
) throws {
    if validationData != nil, fraction != nil {
        throw ValidationError("--validation-data and --validation-fraction exclude each other.")
    }
    if data == "" || validationData == "" { throw ValidationError("The name of a \(kind) must not be empty.") }
    try require("--validation-fraction", fraction, in: 0...0.9)
}
