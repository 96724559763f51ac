import TesseraFiles
import TesseraSpeech
import TesseraTensor
import TestSupport
import Testing

/// What stands behind a recording that ends within a window.
@Suite struct WindowPaddingTests {
    private struct Frames: FrameSource {
        let features: Tensor
        let silence: Float = -0.75
        var frameCount: Int { features.shape[0] }
        var duration: Double { Double(frameCount) / 100 }
        func features(_ frames: Range<Int>) throws(FileError) -> Tensor { features.rows(frames) }
    }

    /// The fixture's features, of which the rest of the window is given up for the padding.
    private func frames(_ count: Int, followedBy padding: Float? = nil) throws -> Frames {
        let reference = try Safetensors(Fixtures.ownPath("whisper/reference.safetensors"))
        let features = try reference.readTensor("input_features")
        let sound = features.reshaped([features.shape[1], features.shape[2]]).transposed()
        guard let padding else { return Frames(features: sound.rows(0..<count)) }
        var window = Tensor(shape: [1] + sound.shape, repeating: padding)
        window.replaceTokens(from: 0, with: sound.rows(0..<count).reshaped([1, count, sound.shape[1]]))
        return Frames(features: window.reshaped(sound.shape))
    }

    private func model(_ padding: String?) throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        for name in folderContents(Fixtures.ownPath("whisper")) {
            folder.write(name, try InputFile(Fixtures.ownPath("whisper/" + name)).contents(limit: 1 << 26))
        }
        if let padding {
            folder.write(
                "config.json",
                text(folder.file("config.json")).replacing(
                    "\"vocab_size\"", with: "\"window_padding\": \"\(padding)\", \"vocab_size\""))
        }
        return folder
    }

    private func firstWindow(_ source: Frames, _ model: String) throws -> TranscribedWindow {
        var options = TranscriptionOptions()
        (options.timestamps, options.temperatures, options.language) = (.none, [0], "en")
        var windows = try #require(Transcriber(folder: model).model as? Whisper).windows(source, options)
        return try #require(try windows.next())
    }

    /// A window that is padded is the window whose last frames have the padding's value, to the bit.
    @Test(arguments: [(nil, 0), ("zeros", 0), ("silence", -0.75)] as [(String?, Float)], [20, 111, 199])
    func shortRecordingsAreFollowed(by padding: (name: String?, value: Float), frames count: Int) throws {
        let folder = try model(padding.name)
        let found = try firstWindow(frames(count), folder.path)
        let expected = try firstWindow(frames(count, followedBy: padding.value), folder.path)
        #expect(!found.segments.isEmpty)
        #expect(found.segments.map(\.tokens) == expected.segments.map(\.tokens))
        #expect(found.segments.map(\.averageLogProbability) == expected.segments.map(\.averageLogProbability))
    }

    @Test func otherPaddingsAreRefused() throws {
        let folder = try model("noise")
        let error = #expect(throws: FileError.self) { try Transcriber(folder: folder.path) }
        #expect(error?.place == "window_padding" && error?.cause == "'noise' is neither 'zeros' nor 'silence'")
    }

    /// Trainings pad with silence, and what they write says so, once.
    @Test(arguments: [nil, "zeros", "silence"])
    func trainedModelsSayTheirs(before: String?) throws {
        let (folder, output) = (try model(before), TemporaryFolder())
        let training = try TranscriberFolder(finetuning: folder.path)
        try training.write(try training.initialModel(seed: 1), to: output.path)
        let config = try JSONObject.read(output.file("config.json"))
        #expect(try config.string("window_padding") == "silence")
        #expect(config.keys.filter { $0 == "window_padding" }.count == 1)
    }
}
