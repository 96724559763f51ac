internal import TesseraFiles

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The program that decodes what this package does not read by itself.
package struct FFmpeg: Sendable {
    package let path: String
    /// How long it may be silent while samples are waited for.
    let patience: Duration

    /// Elsewhere than on Linux, whoever opens `/dev/fd/3` shares its place in the file with all others who have it open.
    #if os(Linux)
    private static let canOpenInheritedFiles = true
    #else
    private static let canOpenInheritedFiles = false
    #endif

    /// - Parameter path: The program's, with a `/` in it.
    package init(path: String, patience: Duration = .seconds(60)) { (self.path, self.patience) = (path, patience) }

    /// The one that `environment` names: the program `TESSERA_FFMPEG`, by its path or by a name that is looked up in `PATH`, and
    /// without it `ffmpeg`; nil where there is none, or `TESSERA_FFMPEG` is `none`.
    package init?(environment: (String) -> String?) {
        let chosen = environment("TESSERA_FFMPEG") ?? ""
        guard chosen != "none", Self.canOpenInheritedFiles else { return nil }
        let name = chosen.isEmpty ? "ffmpeg" : chosen
        guard let path = name.contains("/") ? name : programPath(name, in: environment("PATH") ?? "") else {
            return nil
        }
        self.init(path: path)
    }

    /// The one that this process's environment names.
    static func ofThisProcess() -> FFmpeg? {
        FFmpeg { name in getenv(name).map { String(cString: $0) } }
    }

    /// Has it write the first sound of a file as an AU file of 32-bit floats.
    ///
    /// - Parameter demuxer: What it calls the file's format.
    /// - Throws: `FileError` when it does not start.
    func decode(_ file: InputFile, demuxer: String) throws(FileError) -> ChildProcess {
        let options = ["-nostdin", "-hide_banner", "-v", "error"]
        let input = ["-protocol_whitelist", "file", "-f", demuxer, "-i", ChildProcess.inputName]
        let output = ["-map", "0:a:0", "-map_metadata", "-1", "-c:a", "pcm_f32be", "-f", "au", "pipe:1"]
        return try ChildProcess(path, options + input + output, reading: file, patience: patience)
    }

    /// What it says in its last line, without its modules' names and what a terminal would obey; nil where it says nothing.
    static func message(_ errors: String) -> String? {
        if errors.contains("matches no streams") { return "it holds no sound" }
        var line = errors.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
        while line.first == "[", let end = line.firstIndex(of: "]") {
            line = line[line.index(after: end)...].drop { $0 == " " }
        }
        if line.hasPrefix(ChildProcess.inputName + ": ") { line = line.dropFirst(ChildProcess.inputName.count + 2) }
        let shown = line.unicodeScalars.filter { $0.properties.generalCategory != .control }.prefix(200)
        let text = String(String.UnicodeScalarView(shown))
        return text.isEmpty ? nil : text
    }
}
