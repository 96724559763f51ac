internal import CTesseraVector

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The inner loops that run: the processor's best, or those that `TESSERA_KERNELS` asks for.
///
/// `nonisolated(unsafe)`: the set is a constant table of functions.
nonisolated(unsafe) let kernels: UnsafePointer<tessera_kernel_set> = {
    if let complaint = KernelChoice.complaint { fatalError(complaint) }
    guard case .instructionSet(let name) = KernelChoice.current else { return tessera_best_kernels() }
    return tessera_kernels_named(name) ?? tessera_best_kernels()
}()

/// The name of the instruction set whose loops run: "avx512bf16", "avx512vnni", "avx512", "avx2" or "baseline".
public var instructionSet: String { String(cString: kernels.pointee.name) }

/// Elements below which splitting an elementwise loop over threads costs more than it saves.
let elementwiseGrain = 1 << 14

/// What the environment variable `TESSERA_KERNELS` asks for; read once, when it is first needed.
///
/// | value | what multiplies matrices |
/// |---|---|
/// | none | what is fastest on this processor |
/// | `avx512bf16`, `avx512vnni`, `avx512`, `avx2`, `baseline` | the package's own loops for that instruction set, which also do all else |
/// | `onednn` | oneDNN, in every precision that it has kernels for here |
/// | `openblas` | OpenBLAS, in float32, of large matrices and more than a few rows; the package's own loops all else |
public enum KernelChoice: Sendable, Equatable {
    /// What is fastest on this processor.
    case best
    /// The package's own loops for the instruction set of that name.
    case instructionSet(String)
    /// oneDNN's products, wherever it has kernels for them.
    case oneDNN
    /// OpenBLAS's products in float32, of large matrices and more than a few rows.
    case openBLAS

    static let current = KernelChoice(getenv(variable).map { String(cString: $0) })

    /// Why what `TESSERA_KERNELS` asks for cannot be had; nil where it can. A program should ask before it computes anything: the
    /// first computation ends it otherwise.
    public static let complaint: String? = current.complaint

    private static let variable = "TESSERA_KERNELS"
    private static let instructionSets = ["avx512bf16", "avx512vnni", "avx512", "avx2", "baseline"]

    package init(_ value: String?) {
        self =
            switch value {
            case nil, "": .best
            case "onednn": .oneDNN
            case "openblas": .openBLAS
            case .some(let name): .instructionSet(name)
            }
    }

    package var complaint: String? {
        switch self {
        case .best, .oneDNN: return nil
        case .openBLAS:
            return OpenBLAS.shared == nil ? "\(Self.variable)=openblas: the library OpenBLAS is not installed" : nil
        case .instructionSet(let name) where !Self.instructionSets.contains(name):
            let known = (Self.instructionSets + ["onednn", "openblas"]).joined(separator: ", ")
            return "\(Self.variable)=\(name): there are no such kernels; these are: \(known)"
        case .instructionSet(let name):
            return tessera_kernels_named(name) == nil ? "\(Self.variable)=\(name): this processor lacks them" : nil
        }
    }
}
