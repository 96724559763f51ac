// Numbers in float16, without `Float16`, which Intel Macs lack.

/// A number in float16 as the Float32 that it is.
@inlinable @inline(__always)
package func float(ofHalf bits: UInt16) -> Float {
    let magnitude = UInt32(bits & 0x7FFF) << 13
    let sign = UInt32(bits & 0x8000) << 16
    // The exponent's bias goes from 15 to 127; infinity and NaN keep an exponent of all ones.
    let normal = magnitude &+ (magnitude >= 0x0F80_0000 ? 224 << 23 : 112 << 23)
    // A number below 2⁻¹⁴ has no leading one: give it one, and take it away in floating point.
    let one: UInt32 = 113 << 23
    let subnormal = (Float(bitPattern: magnitude &+ one) - Float(bitPattern: one)).bitPattern
    return Float(bitPattern: (magnitude < 0x0080_0000 ? subnormal : normal) | sign)
}

/// The number in float16 that `number` is; of another it is none that `float(ofHalf:)` makes `number` of.
@inline(__always)
func half(of number: Float) -> UInt16 {
    let magnitude = number.bitPattern & 0x7FFF_FFFF
    let sign = UInt16(truncatingIfNeeded: number.bitPattern >> 16) & 0x8000
    let normal = (magnitude >> 13) &- (112 << 10)
    // Below 2⁻¹⁴ it counts units of 2⁻²⁴, which are the last bits of what is added to a half.
    let units = (Float(bitPattern: magnitude) + 0.5).bitPattern &- Float(0.5).bitPattern
    return UInt16(truncatingIfNeeded: magnitude < 0x3880_0000 ? units : normal) | sign
}
