internal import TesseraImage

extension AdmittedRequest {
    /// Computes with a picture, which is decoded when there is memory for it beside those that are worked on.
    ///
    /// - Parameter inputByteCount: what the model takes of any picture, in bytes.
    /// - Throws: what `body` throws; `APIError` 413 where the picture has too many bytes or pixels; `FileError` where it is none;
    ///   `CancellationError`.
    func compute<Result: Sendable>(
        withPicture file: UploadedFile, inputByteCount: Int = 0,
        _ body: @escaping @Sendable (RGBImage.Decoded) throws -> Result
    ) async throws -> Result {
        let byteCount = try file.byteCount
        guard byteCount <= RGBImage.largestFile else {
            throw APIError.tooLarge(
                "The picture has \(byteCount) bytes; at most \(RGBImage.largestFile) are taken.", "image")
        }
        let pixelCount = try await compute(holding: byteCount) {
            let size = try RGBImage.size(of: file.contents(), path: file.name)
            return size.width * size.height
        }
        guard pixelCount <= limits.pixelCount else {
            throw APIError.tooLarge(
                "The picture has \(pixelCount) pixels; at most \(limits.pixelCount) are taken.", "image")
        }
        // Three bytes a pixel, and as much again while it is decoded or turned.
        return try await compute(holding: byteCount + 6 * pixelCount + inputByteCount) {
            try body(RGBImage.decode(file.contents(), path: file.name))
        }
    }
}
