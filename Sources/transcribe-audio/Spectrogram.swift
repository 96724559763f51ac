import TesseraAudio
import TesseraCommands
import TesseraDrawing
import TesseraFiles
import TesseraSpeech

/// Draws a recording as the model hears it, its log-mel spectrogram, however long it is: each column of the picture is the mean
/// of the frames it stands for.
func drawSpectrogram(
    of recording: AudioFile, for transcriber: Transcriber, to path: String
) throws {
    let spectrogram = transcriber.spectrogram ?? LogMelSpectrogram()
    let source = try RecordingSpectrogram(recording, spectrogram)
    let binCount = spectrogram.settings.melBinCount
    guard source.frameCount > 0 else {
        throw FileError(.badData, path: recording.path, cause: "is too short to be drawn: not one frame")
    }
    let count = min(source.frameCount, SpectrogramDrawing.largestColumnCount)
    var values: [Float] = []
    for column in 0..<count {
        let frames = column * source.frameCount / count..<(column + 1) * source.frameCount / count
        values += meanFrame(try source.features(frames).values, binCount: binCount)
    }
    let drawing = SpectrogramDrawing(
        values: values, columns: count, bins: binCount, duration: source.duration,
        title: splitPath(recording.path).name, caption: "log-mel spectrogram, \(binCount) bins")
    try writeDrawing(to: path, of: recording.path) { try drawing.png() }
}

/// - Parameter frames: `[frames, bins]`
private func meanFrame(_ frames: [Float], binCount: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: binCount)
    for (index, value) in frames.enumerated() { sums[index % binCount] += value }
    let share = Float(binCount) / Float(frames.count)
    return sums.map { $0 * share }
}
