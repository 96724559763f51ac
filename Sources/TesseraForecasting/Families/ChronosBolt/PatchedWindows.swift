internal import TesseraTensor

/// Windows of series as Chronos-Bolt reads them: normalised and cut into patches.
struct PatchedWindows: Sendable {
    /// Of each patch its values and then, for each of them, 1 where it is there and 0 where it is missing; missing values are 0.
    /// `[batch, patches, 2 * patch size]`
    let patches: Tensor
    /// Which tokens are valid: patches that hold a value, and the token that closes them. `[batch, tokens]`; nil where all are.
    let valid: [[Bool]]?
    /// Of each window.
    let scales: [ContextScaling.Scale]

    /// - Parameters:
    ///   - windows: NaN where a value is missing. Those that are shorter than others are filled up with such on the left.
    init(_ windows: [ArraySlice<Double>], _ configuration: ChronosBoltConfiguration) {
        let (size, stride) = (configuration.patchSize, configuration.patchStride)
        let longest = max(1, windows.map(\.count).max() ?? 1)
        let length = (longest + size - 1) / size * size
        let patchCount = (length - size) / stride + 1
        var patches = Tensor(shape: [windows.count, patchCount, 2 * size], repeating: 0)
        var valid: [[Bool]] = []
        scales = windows.map { ContextScaling.instance.scale(of: $0) }
        let scales = scales
        patches.withMutableValues { target in
            for (row, window) in windows.enumerated() {
                let (padding, scale) = (length - window.count, scales[row])
                var isValid = [Bool](repeating: false, count: patchCount)
                for patch in 0..<patchCount {
                    let start = (row * patchCount + patch) * 2 * size
                    for place in 0..<size {
                        let offset = patch * stride + place - padding
                        guard offset >= 0 else { continue }
                        let value = window[window.startIndex + offset]
                        guard !value.isNaN else { continue }
                        target[start + place] = scale.scaled(value)
                        target[start + size + place] = 1
                        isValid[patch] = true
                    }
                }
                if configuration.closingToken != nil { isValid.append(true) }
                valid.append(isValid)
            }
        }
        self.patches = patches
        self.valid = valid.allSatisfy { $0.allSatisfy(\.self) } ? nil : valid
    }

    var count: Int { scales.count }
}
