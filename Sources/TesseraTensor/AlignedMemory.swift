internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A block of 64-byte aligned memory with one owner.
///
/// Blocks that are given back are kept, up to a limit, for the next request of their size class: a forward pass asks
/// for the same dozen sizes again and again, and fresh pages from the system cost more than the arithmetic on them.
///
/// `@unchecked Sendable`: the pointer is written through only while `Tensor` has checked that it is the sole owner.
package final class AlignedMemory: @unchecked Sendable {
    package let address: UnsafeMutableRawPointer
    package let byteCount: Int

    /// Contents are undefined: the caller writes before it reads.
    package init(byteCount: Int) {
        let size = AlignedMemory.sizeClass(byteCount)
        self.byteCount = size
        self.address = AlignedMemory.spare.withLock { $0.take(size) }?.address ?? AlignedMemory.allocate(size)
    }

    deinit {
        let block = SpareBlock(address: address)
        if !AlignedMemory.spare.withLock({ $0.keep(block, byteCount) }) { free(address) }
    }

    /// The most bytes of given-back blocks that are kept; lowering it gives what is above to the system. A training raises
    /// it, since the activations of a step exceed what an inference needs.
    package static var spareLimit: Int {
        get { spare.withLock { $0.limit } }
        set { for block in spare.withLock({ $0.setLimit(newValue) }) { free(block.address) } }
    }

    /// How many blocks the system was asked for so far: it stands still where every block is one that was given back.
    package static var systemAllocationCount: Int { systemAllocations.load(ordering: .relaxed) }

    private static let spare = Mutex(SpareBlocks())
    private static let systemAllocations = Atomic<Int>(0)
    private static let hugePage = 2 << 20

    private static func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        systemAllocations.add(1, ordering: .relaxed)
        var address: UnsafeMutableRawPointer?
        let fillsHugePages = size >= 2 * hugePage
        let status = posix_memalign(&address, fillsHugePages ? hugePage : 64, size)
        precondition(status == 0, "out of memory: \(size) bytes")
        #if os(Linux)
        // Weights stream through the processor once a product: pages of 2 MB spare it most address translations.
        if fillsHugePages { madvise(address!, size / hugePage * hugePage, MADV_HUGEPAGE) }
        #endif
        return address!
    }

    /// Rounds up to one of eight steps between two powers of two, so that near sizes share blocks.
    private static func sizeClass(_ byteCount: Int) -> Int {
        let least = max(byteCount, 64)
        let step = max(64, 1 << max(0, Int.bitWidth - least.leadingZeroBitCount - 4))
        return (least + step - 1) / step * step
    }
}

/// `@unchecked Sendable`: a block in the list of spare blocks has no other owner.
private struct SpareBlock: @unchecked Sendable {
    let address: UnsafeMutableRawPointer
}

private struct SpareBlocks {
    private(set) var limit = 64 << 20
    private var blocks: [Int: [SpareBlock]] = [:]
    private var total = 0

    mutating func take(_ size: Int) -> SpareBlock? {
        guard let block = blocks[size]?.popLast() else { return nil }
        total -= size
        return block
    }

    mutating func keep(_ block: SpareBlock, _ size: Int) -> Bool {
        guard total + size <= limit else { return false }
        blocks[size, default: []].append(block)
        total += size
        return true
    }

    /// The blocks that are kept no longer.
    mutating func setLimit(_ limit: Int) -> [SpareBlock] {
        self.limit = limit
        var released: [SpareBlock] = []
        for size in blocks.keys.sorted(by: >) {
            while total > limit, let block = take(size) { released.append(block) }
        }
        return released
    }
}
