internal import CTesseraModels

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The models that ship with this package, each a folder in the hub's layout.
public enum ShippedModels {
    /// The folder that holds them, or nil when the program was moved away without it.
    ///
    /// It is the first of: what the environment variable `TESSERA_MODELS` names; the resources beside the running
    /// program, where SwiftPM builds them; `Models` in the package's checkout, for programs that run inside another one,
    /// such as tests.
    public static let folder: String? = {
        if let chosen = getenv("TESSERA_MODELS") { return String(cString: chosen) }
        let bundle = executableFolder().map { $0 + "/" + String(cString: tessera_models_bundle) }
        let checkout = folder(of: String(cString: tessera_models_source))
        return [bundle, checkout].compactMap(\.self).first(where: holdsModels)
    }()

    /// The folder of one model.
    ///
    /// - Parameter name: `vit-cifar10`, for instance.
    /// - Returns: nil when there is none of that name.
    public static func folder(of name: Name) -> String? {
        guard let path = folder.map({ $0 + "/" + name.rawValue }), access(path, R_OK) == 0 else { return nil }
        return path
    }

    /// The models there are.
    public enum Name: String, CaseIterable, Sendable {
        /// Ten classes of small pictures.
        case vitCIFAR10 = "vit-cifar10"
        /// Strings of spoken English digits.
        case speechDigits = "speech-digits"
        /// Forecasts any series.
        case forecaster
        /// Tells speech from everything else.
        case speechDetector = "speech-detector"
        /// Says of a film review, or any sentence, whether it is in favour.
        case sentiment
        /// Translates between German and English.
        case translator = "translate-de-en"
    }

    private static func holdsModels(_ path: String) -> Bool {
        Name.allCases.contains { access(path + "/" + $0.rawValue + "/config.json", R_OK) == 0 }
    }

    private static func folder(of file: String) -> String {
        file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
    }

    private static func executableFolder() -> String? {
        guard let executable = realpath(executablePath(), nil) else { return nil }
        defer { free(executable) }
        return folder(of: String(cString: executable))
    }

    private static func executablePath() -> String {
        #if canImport(Glibc)
        return "/proc/self/exe"
        #else
        var size: UInt32 = 0
        _NSGetExecutablePath(nil, &size)
        var path = [CChar](repeating: 0, count: Int(size) + 1)
        _NSGetExecutablePath(&path, &size)
        return String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #endif
    }
}
