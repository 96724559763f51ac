#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Where the first program called `name` is.
///
/// - Parameter list: folders as `PATH` has them, with colons between. Those that are not named from the root on are passed over:
///   what is found in them depends on where the user stands, which may be a folder that a stranger wrote to.
/// - Returns: its path; nil where there is none.
package func programPath(_ name: String, in list: String) -> String? {
    list.split(separator: ":").lazy.filter { $0.hasPrefix("/") }.map { joinPath(String($0), name) }.first { path in
        var status = stat()
        return systemStatus(path, &status) == 0 && status.kindOtherThanRegular == nil && access(path, X_OK) == 0
    }
}
