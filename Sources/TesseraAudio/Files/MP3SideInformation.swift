/// What a frame of layer III says about its granules before their values. A decoder turns anything behind a right header into
/// noise or silence, so this is checked before it is believed.
enum MP3SideInformation {
    /// Whether the side information of the frame at `offset` asks for something impossible.
    static func isDamaged(_ bytes: [UInt8], _ offset: Int, _ header: MP3Header) -> Bool {
        let (isVersion1, isMono) = (header.format.isVersion1, header.format.isMono)
        let channelCount = isMono ? 1 : 2
        let mainByteCount = header.byteCount - header.sideInformationEnd
        guard mainByteCount >= 0 else { return true }
        var position = (offset + header.sideInformationStart) * 8
        func next(_ count: Int) -> Int {
            defer { position += count }
            return number(bytes, position, count)
        }
        let earlierByteCount = next(isVersion1 ? 9 : 8)
        position += isVersion1 ? (isMono ? 5 : 3) + 4 * channelCount : channelCount
        var bitCount = 0
        for _ in 0..<(isVersion1 ? 2 : 1) * channelCount {
            bitCount += next(12)
            if next(9) > 288 { return true }  // pairs of a granule's 576 values
            position += isVersion1 ? 12 : 17
            let switchesWindow = next(1) == 1
            if switchesWindow, number(bytes, position, 2) == 0 { return true }  // to the window that needs no switching
            position += 22 + (isVersion1 ? 3 : 2)
        }
        return bitCount > (earlierByteCount + mainByteCount) * 8
    }

    /// Up to 12 bits from `position` on, in bits, as a number; 0 beyond the end.
    private static func number(_ bytes: [UInt8], _ position: Int, _ count: Int) -> Int {
        let first = position >> 3
        guard first + 3 <= bytes.count else { return 0 }
        let word = Int(bytes[first]) << 16 | Int(bytes[first + 1]) << 8 | Int(bytes[first + 2])
        return word >> (24 - position & 7 - count) & (1 << count - 1)
    }
}
