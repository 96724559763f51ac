/// Telephones' samples of eight bits, on a scale like a logarithm's (ITU-T G.711): a sign, three bits of exponent and four of mantissa.
enum G711 {
    /// What each byte stands for in A-law, full scale ±1.
    static let aLaw = (UInt8.min...UInt8.max).map { byte in
        let bits = Int(byte ^ 0x55)
        let (exponent, mantissa) = (bits >> 4 & 7, bits & 15)
        let magnitude = exponent == 0 ? mantissa << 4 + 8 : (mantissa << 4 + 0x108) << (exponent - 1)
        return Float(bits & 0x80 == 0 ? -magnitude : magnitude) / 32_768
    }

    /// What each byte stands for in μ-law, full scale ±1.
    static let muLaw = (UInt8.min...UInt8.max).map { byte in
        let bits = Int(~byte)
        let magnitude = ((bits & 15) << 3 + 0x84) << (bits >> 4 & 7) - 0x84
        return Float(bits & 0x80 == 0 ? magnitude : -magnitude) / 32_768
    }
}
