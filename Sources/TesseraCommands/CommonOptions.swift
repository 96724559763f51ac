public import ArgumentParser
public import TesseraFiles
public import TesseraTensor

extension Precision: ExpressibleByArgument {}

/// The options of every command: how much of the machine it takes, and what it says.
public struct RunOptions: ParsableArguments {
    /// `--threads`; as many as there are cores where nil.
    @Option(help: "How many threads to compute with (default: the cores there are).")
    public var threads: Int?

    /// `--quiet`: standard error has failures alone.
    @Flag(help: "No progress and no warnings.")
    public var quiet = false

    public init() {}

    public func validate() throws {
        try require("--threads", threads, in: 1...1024)
    }

    /// As many as the user says.
    public var computingThreads: Threads { threads.map(Threads.init(count:)) ?? .all }

    /// Tells the user what is odd about an input that was accepted all the same, or how the work goes.
    public func warn(_ message: String) {
        if !quiet { StandardError.write(message) }
    }

    /// What comes before all work: outputs that would overwrite something, or cannot be created, are refused; where no input is
    /// left, the run ends.
    ///
    /// - Parameters:
    ///   - inputs: the files that are read.
    ///   - failures: why inputs that were named cannot be read; they are reported.
    ///   - model: the model that is run, whose weights are no place for an output.
    ///   - outputs: the files that are written.
    ///   - folders: those that are created for them, with those inside them that they lie in.
    /// - Throws: `ValidationError` (exit code 64), `FileError`, or the failures' exit code.
    public func begin(
        reading inputs: [String], failures: [FileError] = [], model: ModelFolder? = nil, writing outputs: [String] = [],
        in folders: String?...
    ) throws {
        try requireDistinct(outputs: outputs, inputs: inputs + (model?.weightPaths ?? []))
        let isHopeless = inputs.isEmpty && !failures.isEmpty
        if !isHopeless {
            for folder in folders.compactMap(\.self) {
                try createFolder(folder)
                let prefix = joinPath(folder, "").utf8
                let inside = Set(outputs.filter { $0.utf8.starts(with: prefix) }.map { splitPath($0).folder })
                for folder in inside.sorted() { try createFolder(folder) }
            }
            try requireCreatable(outputs)
        }
        failures.forEach(StandardError.report)
        if isHopeless { throw ExitCode(inputCount: failures.count, failures: failures) }
    }
}

/// A command that computes, with as many threads as its user says.
public protocol ComputingCommand: ParsableCommand {
    /// How much of the machine it takes, and what it says.
    var runOptions: RunOptions { get }
}

/// The options that every command which runs a model understands.
public struct CommonOptions: ParsableArguments {
    /// `--model`: a folder, the name of a model that ships, or OWNER/NAME; the command's own model where nil.
    @Option(
        help: ArgumentHelp(
            "A folder, the name of a model that ships, or OWNER/NAME from the hub's cache.", valueName: "model"))
    public var model: String?

    /// `--precision`: in which numbers weights are held and multiplied.
    @Option(help: "The arithmetic of the products: f32, bf16 or int8.")
    public var precision = Precision.float32

    /// How much of the machine the command takes, and what it says.
    @OptionGroup public var run: RunOptions

    /// `--list-models`: names the models that are found, and does nothing else.
    @Flag(help: "List the models that are found, and where.")
    public var listModels = false

    public init() {}

    public func validate() throws {
        if let model, model.isEmpty { throw ValidationError("--model must not be empty.") }
    }
}
