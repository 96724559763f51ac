#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// What an amplitude is multiplied with to be so many decibels louder.
func amplitude(decibels: Float) -> Float { pow(10, decibels / 20) }

extension [Float] {
    /// The largest magnitude; 0 of no samples.
    var peak: Float { reduce(0) { Swift.max($0, abs($1)) } }

    mutating func scale(by factor: Float) {
        for index in indices { self[index] *= factor }
    }

    /// The mean square; 0 of no samples.
    var power: Float { isEmpty ? 0 : self[...].power }

    /// The samples from the first to the last that is at most so many decibels below the peak; none of silence.
    func sounding(decibelsBelowPeak decibels: Float) -> Range<Int> {
        let least = peak * amplitude(decibels: -decibels)
        guard least > 0, let first = firstIndex(where: { abs($0) >= least }),
            let last = lastIndex(where: { abs($0) >= least })
        else { return 0..<0 }
        return first..<last + 1
    }
}

extension ArraySlice<Float> {
    /// The mean square; 0 of no samples.
    var power: Float { isEmpty ? 0 : reduce(0) { $0 + $1 * $1 } / Float(count) }
}
