internal import CTesseraUTF8Proc

/// A character without its accents, as NFD and leaving out nonspacing marks makes it: é becomes e, 등 its three letters.
///
/// - Parameter body: called with each character that is left.
func withoutAccents(_ scalar: Unicode.Scalar, _ body: (Unicode.Scalar) -> Void) {
    guard scalar.value >= 0xC0 else { return body(scalar) }
    // The longest canonical decomposition has four characters.
    withUnsafeTemporaryAllocation(of: utf8proc_int32_t.self, capacity: 16) { parts in
        var boundary: Int32 = 0
        let count = utf8proc_decompose_char(
            utf8proc_int32_t(scalar.value), parts.baseAddress, parts.count, UTF8PROC_DECOMPOSE, &boundary)
        for index in 0..<max(0, count) {
            guard let part = Unicode.Scalar(UInt32(parts[index])), !part.isBERTAccent else { continue }
            body(part)
        }
    }
}
