/// What a file's metadata say of how its picture is turned. Nothing in them is trusted: what cannot be read says nothing.
///
/// Exif 2.32, section 4.6; XMP's `tiff:Orientation` counts where EXIF has no such tag, as Pillow's `ImageOps.exif_transpose` has
/// it.
struct OrientationMetadata {
    /// A TIFF structure, with or without `Exif` and two zeros before it.
    var exif: ArraySlice<UInt8>?
    /// An XMP packet.
    var xmp: ArraySlice<UInt8>?

    /// 1 (upright) to 8.
    var orientation: Int {
        let orientation = exif.flatMap(OrientationMetadata.exifOrientation) ?? xmp.flatMap(xmpOrientation) ?? 1
        return (1...8).contains(orientation) ? orientation : 1
    }

    /// The value of tag 0x0112 in the first directory of the TIFF structure that EXIF is.
    private static func exifOrientation(_ exif: ArraySlice<UInt8>) -> Int? {
        let prefix = Array("Exif\0\0".utf8)
        var tiff = exif
        for _ in 0..<2 where tiff.starts(with: prefix) { tiff = tiff.dropFirst(prefix.count) }
        let isLittleEndian: Bool
        switch tiff.integer(at: 0, bytes: 4) {
        case 0x4949_2A00: isLittleEndian = true
        case 0x4D4D_002A: isLittleEndian = false
        default: return nil
        }
        func read(_ offset: Int, _ count: Int) -> Int? {
            tiff.integer(at: offset, bytes: count, isLittleEndian: isLittleEndian)
        }
        guard let directory = read(4, 4), let entryCount = read(directory, 2) else { return nil }
        for entry in 0..<entryCount {
            let offset = directory + 2 + 12 * entry
            guard let tag = read(offset, 2), let type = read(offset + 2, 2) else { return nil }
            guard tag == 0x0112 else { continue }
            guard type == 3 || type == 4 else { return nil }
            return read(offset + 8, type == 4 ? 4 : 2)
        }
        return nil
    }

    /// The digit behind `tiff:Orientation="` or `tiff:Orientation>`.
    private func xmpOrientation(_ packet: ArraySlice<UInt8>) -> Int? {
        let name = Array("tiff:Orientation".utf8)
        var rest = packet
        while let found = rest.firstRange(of: name) {
            rest = rest[found.upperBound...]
            for mark in ["=\"", ">"] where rest.starts(with: mark.utf8) {
                guard let digit = rest.dropFirst(mark.utf8.count).first, digit >= UInt8(ascii: "0") else { continue }
                if digit <= UInt8(ascii: "9") { return Int(digit - UInt8(ascii: "0")) }
            }
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    /// An unsigned number of so many bytes, counted from the start of the slice, or nil when it would reach the end.
    func integer(at offset: Int, bytes count: Int, isLittleEndian: Bool = false) -> Int? {
        guard offset >= 0, offset <= self.count - count else { return nil }
        let digits = self[startIndex + offset..<startIndex + offset + count]
        return isLittleEndian
            ? digits.reversed().reduce(0) { $0 << 8 | Int($1) } : digits.reduce(0) { $0 << 8 | Int($1) }
    }
}
