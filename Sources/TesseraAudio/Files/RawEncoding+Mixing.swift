extension RawEncoding {
    /// Whether `mixed` knows the samples: whole numbers and 32 bits with a point, little-endian.
    var canBeMixed: Bool {
        let isKnown: Bool =
            switch sample {
            case .unsigned8, .signed8, .signed16, .signed24, .signed32, .float32: true
            case .float64, .aLaw, .muLaw: false
            }
        return isKnown && !isBigEndian
    }

    /// The mean of all channels, full scale ±1.
    ///
    /// - Parameter bytes: whole samples of every channel.
    func mixed(_ bytes: ArraySlice<UInt8>) -> [Float] {
        let size = sample.byteCount
        let share = 1 / Float(channelCount)
        return bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / frameByteCount).map { frame in
                (0..<channelCount).reduce(Float(0)) { sum, channel in
                    sum + value(bytes, at: frame * frameByteCount + channel * size) * share
                }
            }
        }
    }

    /// The sample that begins at a byte.
    private func value(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Float {
        if sample == .unsigned8 { return (Float(bytes[place]) - 128) / 128 }
        var bits: UInt32 = 0
        for index in 0..<sample.byteCount { bits |= UInt32(bytes[place + index]) << (8 * UInt32(index)) }
        if sample == .float32 { return Float(bitPattern: bits) }
        // The most significant byte goes to the top, where its sign is.
        let whole = Int32(bitPattern: bits << (32 - 8 * UInt32(sample.byteCount)))
        return Float(whole) / 2_147_483_648
    }
}
