/// Continues contexts by more steps than a model gives at once: what it said is read as if it had come.
///
/// - Parameters:
///   - contextLength: how many of the last values the model reads at most; contexts that are shorter grow so far.
///   - step: the steps that the model gives at once for each context.
/// - Returns: `[contexts, horizon]`
package func rolledForward(
    _ contexts: [ArraySlice<Double>], by horizon: Int, contextLength: Int,
    step: ([ArraySlice<Double>]) -> [[Double]]
) -> [[Double]] {
    var forecasts = step(contexts)
    while let count = forecasts.first?.count, count < horizon {
        let windows = zip(contexts, forecasts).map { ($0 + $1).suffix(contextLength) }
        for (index, steps) in step(windows).enumerated() { forecasts[index] += steps }
    }
    return forecasts.map { Array($0.prefix(horizon)) }
}
