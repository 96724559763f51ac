/// A format that hub folders keep weights in: what its files are called, and how they are opened.
///
/// A new format is a type that conforms, in a file of its own, with an entry in `Checkpoint.formats`.
protocol WeightFormat {
    /// Opens the folder's weights of this format.
    ///
    /// - Parameter allowNonFinite: Accept NaN and infinite weights.
    /// - Returns: nil when the folder has none.
    /// - Throws: `FileError` when a file is damaged, lies outside the folder or is missing.
    static func open(_ folder: ModelFolder, allowNonFinite: Bool) throws(FileError) -> (any TensorContainer)?
}
