extension RawEncoding {
    /// Whether `mixed` knows the samples: whole numbers, 32 bits with a point, and G.711, little-endian.
    var canBeMixed: Bool { sample != .float64 && !isBigEndian }

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
        switch sample {
        case .unsigned8: return (Float(bytes[place]) - 128) / 128
        case .aLaw: return G711.aLaw[Int(bytes[place])]
        case .muLaw: return G711.muLaw[Int(bytes[place])]
        default: break
        }
        var bits: UInt32 = 0
        for index in 0..<sample.byteCount { bits |= UInt32(bytes[place + index]) << (8 * UInt32(index)) }
        if sample == .float32 { return Float(bitPattern: bits) }
        // The most significant byte goes to the top, where its sign is.
        let whole = Int32(bitPattern: bits << (32 - 8 * UInt32(sample.byteCount)))
        return Float(whole) / 2_147_483_648
    }
}
