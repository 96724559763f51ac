/// A frame without sound that encoders write before the others, about all of them: Xing's (`Xing`, or `Info` where the bit
/// rate is constant), which LAME extends, or Fraunhofer's (`VBRI`).
struct MP3Information: Sendable {
    /// The whole frame.
    let bytes: [UInt8]
    /// How many frames follow; nil where it is not said in a way that the decoder understands.
    let frameCount: Int?
    private let place: Int

    /// - Parameter offset: Where the frame begins in `bytes`, which hold all of it.
    init?(_ bytes: [UInt8], _ offset: Int, _ header: MP3Header) {
        guard header.format.layer == 3 else { return nil }
        place = header.sideInformationEnd
        let isXing = bytes.has("Xing", at: offset + place) || bytes.has("Info", at: offset + place)
        guard isXing || bytes.has("VBRI", at: offset + 36), offset + header.byteCount <= bytes.count else { return nil }
        self.bytes = Array(bytes[offset..<offset + header.byteCount])
        let isCounted = isXing && place + 12 <= header.byteCount && self.bytes[place + 7] & 1 != 0
        frameCount = isCounted ? Int(self.bytes.bigEndian(place + 8, 4)) : nil
    }

    /// The frame as it should be for so many frames of so many bytes, itself included.
    ///
    /// What it says is corrected, since the decoder stops at the number that it is told. Where that was wrong, it is not
    /// known either how much silence LAME filled up the last frame with.
    func corrected(frameCount: Int, byteCount: Int) -> [UInt8] {
        var corrected = bytes
        func put(_ number: Int, at offset: Int) {
            guard offset + 4 <= corrected.count else { return }
            for index in 0..<4 { corrected[offset + index] = UInt8(truncatingIfNeeded: number >> (24 - 8 * index)) }
        }
        let flags = bytes[place + 7]
        put(frameCount, at: place + 8)
        if flags & 2 != 0 { put(byteCount, at: place + 12) }
        let extent = 8 + 4 * Int(flags & 1) + 2 * Int(flags & 2) + (flags & 4 != 0 ? 100 : 0) + Int(flags & 8) / 2
        let padding = place + extent + 22  // of 24 bits with the encoder's delay and the last frame's padding
        if self.frameCount != frameCount, padding + 2 < corrected.count {
            corrected[padding] &= 0xF0
            corrected[padding + 1] = 0
        }
        return corrected
    }
}
