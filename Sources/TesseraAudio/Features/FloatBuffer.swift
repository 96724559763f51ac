internal import TesseraTensor

/// Aligned memory for what a thread computes with; its contents are undefined at first.
struct FloatBuffer {
    let start: UnsafeMutablePointer<Float>
    private let memory: AlignedMemory

    init(_ count: Int) {
        memory = AlignedMemory(byteCount: count * MemoryLayout<Float>.stride)
        start = memory.address.assumingMemoryBound(to: Float.self)
    }
}
