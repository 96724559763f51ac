package import Synchronization

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A block of 64-byte aligned memory with one owner.
///
/// Blocks that are given back are kept, up to a limit, for the next request of their size class: a forward pass asks
/// for the same dozen sizes again and again, and fresh pages from the system cost more than the arithmetic on them.
/// Those that were kept the longest make room: what loading a model left is of no size that running it asks for.
///
/// `@unchecked Sendable`: the pointer is written through only while `Tensor` has checked that it is the sole owner.
package final class AlignedMemory: @unchecked Sendable {
    package let address: UnsafeMutableRawPointer
    package let byteCount: Int

    /// Contents are undefined: the caller writes before it reads.
    package init(byteCount: Int) {
        let size = AlignedMemory.sizeClass(byteCount)
        self.byteCount = size
        self.address = AlignedMemory.spareBlock(size)?.address ?? AlignedMemory.allocate(size)
    }

    deinit {
        for block in AlignedMemory.keep(SpareBlock(address: address), byteCount) { free(block.address) }
    }

    #if THREAD_SANITIZER
    // It does not see what Swift's mutex orders: a block that passes from thread to thread would be one race after the other.
    private static func spareBlock(_ size: Int) -> SpareBlock? { nil }
    private static func keep(_ block: SpareBlock, _ size: Int) -> [SpareBlock] { [block] }
    #else
    private static func spareBlock(_ size: Int) -> SpareBlock? { spare.withLock { $0.take(size) } }
    private static func keep(_ block: SpareBlock, _ size: Int) -> [SpareBlock] {
        spare.withLock { $0.keep(block, size) }
    }
    #endif

    /// The most bytes of given-back blocks that are kept; lowering it gives what is above to the system. A training raises
    /// it, since the activations of a step exceed what an inference needs.
    package static var spareLimit: Int {
        get { spare.withLock { $0.limit } }
        set { for block in spare.withLock({ $0.setLimit(newValue) }) { free(block.address) } }
    }

    /// Gives all that is kept to the system: where what comes next asks for other sizes.
    package static func releaseSpare() {
        for block in spare.withLock({ $0.release(downTo: 0) }) { free(block.address) }
    }

    /// How many blocks the system was asked for so far: it stands still where every block is one that was given back.
    package static var systemAllocationCount: Int { systemAllocations.load(ordering: .relaxed) }

    /// Called when the system gives no more memory: with how many bytes it was asked for. A program may leave in order.
    package static let exhausted = Mutex<@Sendable (Int) -> Never>({ fatalError("out of memory: \($0) bytes") })

    private static let spare = Mutex(SpareBlocks())
    private static let systemAllocations = Atomic<Int>(0)
    private static let hugePage = 2 << 20

    private static func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        systemAllocations.add(1, ordering: .relaxed)
        var address: UnsafeMutableRawPointer?
        let fillsHugePages = size >= 2 * hugePage
        let status = posix_memalign(&address, fillsHugePages ? hugePage : 64, size)
        guard status == 0, leavesRoom() else { exhausted.withLock { $0 }(size) }
        #if os(Linux)
        // Weights stream through the processor once a product: pages of 2 MB spare it most address translations.
        if fillsHugePages { madvise(address!, size / hugePage * hugePage, MADV_HUGEPAGE) }
        #endif
        return address!
    }

    /// Whether a megabyte is left for all the small things: Swift's runtime, where it gets nothing, ends the program without a word.
    private static func leavesRoom() -> Bool {
        let room = mmap(nil, 1 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANON, -1, 0)
        guard room != MAP_FAILED else { return false }
        munmap(room, 1 << 20)
        return true
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
    /// How many blocks had been kept before.
    var age = 0
}

private struct SpareBlocks {
    /// More than the encoder of Whisper's base size asks for by and by, some 80 MB.
    private(set) var limit = 128 << 20
    /// Of each size the oldest first.
    private var blocks: [Int: [SpareBlock]] = [:]
    private var total = 0
    private var keptCount = 0

    mutating func take(_ size: Int) -> SpareBlock? {
        guard let block = blocks[size]?.popLast() else { return nil }
        total -= size
        return block
    }

    /// Returns the blocks that are kept no longer.
    mutating func keep(_ block: SpareBlock, _ size: Int) -> [SpareBlock] {
        guard size <= limit else { return [block] }
        var block = block
        block.age = keptCount
        blocks[size, default: []].append(block)
        total += size
        keptCount += 1
        return release(downTo: limit)
    }

    /// Returns the blocks that are kept no longer.
    mutating func setLimit(_ limit: Int) -> [SpareBlock] {
        self.limit = limit
        return release(downTo: limit)
    }

    /// Returns the oldest blocks until no more than so many bytes are kept.
    mutating func release(downTo limit: Int) -> [SpareBlock] {
        var released: [SpareBlock] = []
        while total > limit {
            let oldest = blocks.min { ($0.value.first?.age ?? .max) < ($1.value.first?.age ?? .max) }
            guard let size = oldest?.key, let block = blocks[size]?.removeFirst() else { break }
            total -= size
            released.append(block)
        }
        return released
    }
}
