#if canImport(Glibc)
internal import CTesseraMalloc
#endif

/// How the system's memory is asked for.
enum LargeBlocks {
    /// From this size on, in bytes, a block is the system's own, and goes back to it as soon as it is given up.
    private static let size: Int32 = 128 << 10

    /// Keeps glibc from raising that size by itself: speech as it is spoken asks for a little more with each decoding, and a process that
    /// lives for months would fill with holes that nothing fits into.
    static func giveBack() {
        #if canImport(Glibc)
        mallopt(M_MMAP_THRESHOLD, size)
        #endif
    }
}
