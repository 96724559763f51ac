import ArgumentParser
import TesseraAudioCommands
import TesseraCommands
import TesseraFiles
import TesseraModels
import TesseraSpeech

/// The part of the command that `--manifest`, `--shard` and `--output` ask for.
extension TranscribeAudio {
    /// Transcribes one recording after the other, and gives a line of JSON for each.
    func transcribeItems(_ inputs: InputFiles) throws {
        try items.refuse(
            [
                ("--output-folder", outputFolder != nil), ("--spectrogram", spectrogram != nil),
                ("--format", format != nil && format != .json),
            ] + subtitles.given)
        let transcribeAll = try ItemRun(
            items, arguments: inputs, key: "audio", results: Transcript.jsonNames, run: common.run)
        let folder = try common.modelFolder(
            shippedName: ShippedModels.Name.speechDigits.rawValue, shippedModels: ShippedModels.folder,
            acceptsFile: true)
        try transcribeAll.begin(model: folder)
        let transcriber = try Transcriber(folder, precision: common.precision)
        try decoding.check(transcriber)
        try transcribeAll { try $0.map { try result($0, transcriber) } }
    }

    private func result(_ item: Item, _ transcriber: Transcriber) throws -> ItemResult {
        try ItemResult {
            let transcript = try transcriber.transcribe(try openRecording(of: item), decoding.options)
            for warning in transcript.warnings { common.run.warn("\(item.name): \(warning)") }
            return ItemResult { json in transcript.write(to: &json) }
        }
    }
}
