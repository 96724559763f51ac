#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The library OpenBLAS, loaded when it is first asked for: programs that do not need it start without it.
package struct OpenBLAS: Sendable {
    /// `cblas_sgemm`: order, transpositions of a and b, m, n, k, alpha, a and its stride, b and its stride, beta, c and its stride.
    private typealias Product =
        @convention(c) (
            Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>?, Int32, UnsafePointer<Float>?, Int32,
            Float,
            UnsafeMutablePointer<Float>?, Int32
        ) -> Void

    private let product: Product

    /// Nil where it is not installed.
    package static let shared = OpenBLAS()

    private init?() {
        let names = ["libopenblas.so.0", "libopenblas.so", "/opt/homebrew/opt/openblas/lib/libopenblas.dylib"]
        guard let library = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first,
            let product = dlsym(library, "cblas_sgemm")
        else { return nil }
        self.product = unsafeBitCast(product, to: Product.self)
        // Its own threads stay out of the way of the package's.
        if let setThreads = dlsym(library, "openblas_set_num_threads") {
            unsafeBitCast(setThreads, to: (@convention(c) (Int32) -> Void).self)(1)
        }
    }

    /// `c [m, n] = a [m, k] b [k, n]`, or with b `[n, k]` transposed; `n` columns of b and c from the pointers on.
    func multiply(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, bStride: Int, transposingB: Bool,
        into c: UnsafeMutablePointer<Float>, cStride: Int, _ m: Int, _ n: Int, _ k: Int
    ) {
        let (rowMajor, plain, transposed) = (Int32(101), Int32(111), Int32(112))
        product(
            rowMajor, plain, transposingB ? transposed : plain, Int32(m), Int32(n), Int32(k), 1, a, Int32(k), b,
            Int32(bStride), 0, c, Int32(cStride))
    }
}

/// A float32 matrix that OpenBLAS multiplies: it packs what it reads as it goes.
struct OpenBLASMatrix: Sendable {
    private let weight: Tensor
    private let isTransposed: Bool
    private let input, output: Int

    /// - Parameter weight: `[output, input]`
    init(_ weight: Tensor) {
        (self.weight, isTransposed) = (weight, false)
        (output, input) = (weight.shape[0], weight.shape[1])
    }

    /// - Parameter weight: `[input, output]`
    init(transposing weight: Tensor) {
        (self.weight, isTransposed) = (weight, true)
        (input, output) = (weight.shape[0], weight.shape[1])
    }

    var byteCount: Int { weight.count * MemoryLayout<Float>.stride }

    /// See `PackedMatrix.multiply`. The order of a row's sums, and so its last bits, depend on how many rows there are.
    func multiply(_ x: Tensor, _ epilogue: Epilogue, into y: inout Tensor) {
        let rows = x.count / input
        guard rows > 0, output > 0, let library = OpenBLAS.shared else { return }
        // A few rows are shared out by columns.
        let isWide = rows < 16
        let count = isWide ? output : rows
        let parts = max(1, min(Threads.current.count, count / 16, rows * input * output >> 16))
        x.withValues { x in
            y.withMutableValues { y in
                let (x, y) = (x.baseAddress!, y.baseAddress!)
                Threads.forEach(parts) { part in
                    let range = count * part / parts..<count * (part + 1) / parts
                    multiply(x, y, rows: isWide ? 0..<rows : range, columns: isWide ? range : 0..<output, library)
                    if !isWide { epilogue.finish(range, of: output, y) }
                }
                if isWide { epilogue.finish(0..<rows, of: output, y) }
            }
        }
        withExtendedLifetime(epilogue) {}
    }

    /// The sums of a part of y, on the calling thread.
    private func multiply(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, rows: Range<Int>, columns: Range<Int>,
        _ library: OpenBLAS
    ) {
        weight.withValues { weight in
            library.multiply(
                x + rows.lowerBound * input, weight.baseAddress! + columns.lowerBound * (isTransposed ? 1 : input),
                bStride: isTransposed ? output : input, transposingB: !isTransposed,
                into: y + rows.lowerBound * output + columns.lowerBound, cStride: output, rows.count, columns.count,
                input)
        }
    }
}
