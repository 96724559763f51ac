public import TesseraCommands
internal import TesseraFiles

/// The pictures that an option such as `--draw` asks for: a file for one input, or, for several, a folder with a file for each.
public struct PictureOutputs: Sendable {
    /// One for each input, none where the option is not given.
    public let files: [String]
    /// The folder that they lie in, where there are several.
    public let folder: String?

    /// - Parameters:
    ///   - output: a file for one input, or a folder for several; nil where the option is not given.
    ///   - inputs: in their order.
    public init(_ output: String?, of inputs: InputFiles) {
        let isFolder = inputs.count > 1
        folder = isFolder ? output : nil
        files =
            output.map { output in
                isFolder ? inputs.names.map { joinPath(output, outputName($0) + ".png") } : [output]
            } ?? []
    }

    /// The file for an input; nil where none is asked for.
    public func file(at index: Int) -> String? { files.indices.contains(index) ? files[index] : nil }
}
