import TesseraCommands
import TesseraFiles
import TesseraSeries

/// The series of some tables.
struct SeriesTables {
    /// What the user named first.
    let path: String
    private(set) var series: [Series] = []
    /// What to tell the user about them.
    private(set) var warnings: [String] = []

    /// Reads all tables.
    ///
    /// - Parameter arguments: files, and folders whose CSV files are meant.
    /// - Throws: `FileError` when one cannot be read.
    init(_ arguments: [String], _ options: SeriesFile.Options) throws {
        let files = try InputFiles(arguments, extensions: ["csv"], kind: "CSV files")
        if let failure = files.failures.first { throw failure }
        path = arguments[0]
        warnings = files.warnings
        for path in files.paths {
            let file = try SeriesFile(path, options: options)
            series += file.series
            warnings += file.warnings.map { "\(path): \($0)" }
        }
    }

    /// Every column for itself.
    var histories: [History] { series.flatMap(\.histories) }

    /// What tells the columns apart from others, a line each.
    var lines: [String] {
        histories.map { history in
            let sum = history.values.reduce(0) { $1.isNaN ? $0 : $0 + $1 }
            return "\(history.name)\t\(history.count)\t\(sum)"
        }
    }
}
