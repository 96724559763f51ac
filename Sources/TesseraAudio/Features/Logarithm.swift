/// log₂ of positive normal numbers, eight at a time: exponent, and a polynomial for the mantissa.
///
/// With m in √½ … √2 and s = (m - 1) / (m + 1), ln m = 2 (s + s³/3 + s⁵/5 + …); |s| < 0.172, so that the terms after s⁹ are
/// less than 10⁻⁹. The error is at most 2·10⁻⁷ of the result or 10⁻⁷.
package func logarithm2(_ x: SIMD8<Float>) -> SIMD8<Float> {
    let bits = SIMD8<Int32>(truncatingIfNeeded: unsafeBitCast(x, to: SIMD8<UInt32>.self))
    // Measured from √½, so that the mantissa lies around 1.
    let shifted = bits &- 0x3F35_04F3
    let exponent = shifted &>> 23
    let mantissa = unsafeBitCast(bits &- (exponent &<< 23), to: SIMD8<Float>.self)
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    var series = square * (1 / 9) + SIMD8(repeating: 1 / 7)
    series = series * square + SIMD8(repeating: 1 / 5)
    series = series * square + SIMD8(repeating: 1 / 3)
    series = series * square + SIMD8(repeating: 1)
    return SIMD8<Float>(exponent) + series * s * (2 / 0.693_147_18)
}

extension UnsafeMutableBufferPointer<Float> {
    /// Replaces every number by `scale` log₂ of it, or of `floor` where it is less; NaN counts as less.
    func replaceByLogarithm2(floor: Float, times scale: Float) {
        let whole = count & ~7
        let memory = UnsafeMutableRawBufferPointer(self)
        for index in stride(from: 0, to: whole, by: 8) {
            let x = memory.loadUnaligned(fromByteOffset: 4 * index, as: SIMD8<Float>.self)
            let floored = x.replacing(with: floor, where: .!(x .>= floor))
            memory.storeBytes(of: logarithm2(floored) * scale, toByteOffset: 4 * index, as: SIMD8<Float>.self)
        }
        guard whole < count else { return }
        var last = SIMD8<Float>(repeating: floor)
        for index in whole..<count { last[index - whole] = self[index] >= floor ? self[index] : floor }
        last = logarithm2(last) * scale
        for index in whole..<count { self[index] = last[index - whole] }
    }

    /// The largest number; -infinity of none.
    func largest() -> Float {
        let whole = count & ~7
        let memory = UnsafeRawBufferPointer(self)
        var largest = SIMD8<Float>(repeating: -.infinity)
        for index in stride(from: 0, to: whole, by: 8) {
            let x = memory.loadUnaligned(fromByteOffset: 4 * index, as: SIMD8<Float>.self)
            largest.replace(with: x, where: x .> largest)
        }
        return self[whole...].reduce(largest.max(), Swift.max)
    }
}
