public import ArgumentParser
public import TesseraTensor

/// The arithmetic of a model's products.
public enum PrecisionOption: String, CaseIterable, ExpressibleByArgument, Sendable {
    case f32, bf16, int8

    public var precision: Precision {
        switch self {
        case .f32: .float32
        case .bf16: .bfloat16
        case .int8: .int8
        }
    }
}

/// The options that every command which runs a model understands.
public struct CommonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A folder, the name of a model that ships, or OWNER/NAME from the hub's cache.", valueName: "model"))
    public var model: String?

    @Option(help: "The arithmetic of the products: f32, bf16 or int8.")
    public var precision: PrecisionOption = .f32

    @Option(help: "How many threads to compute with (default: the cores there are).")
    public var threads: Int?

    @Flag(help: "No progress and no warnings.")
    public var quiet = false

    @Flag(help: "List the models that are found, and where.")
    public var listModels = false

    public init() {}

    public func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be between 1 and 1024, but is \(threads).")
        }
        if let model, model.isEmpty { throw ValidationError("--model must not be empty.") }
    }

    /// Tells the user what is odd about an input that was accepted all the same.
    public func warn(_ message: String) {
        if !quiet { StandardError.write("\(message)") }
    }
}
