import TesseraFiles
import TesseraLanguage
import TesseraTensor
import TesseraText
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Embeddings against sentence-transformers.
@Suite struct SentenceEmbedderTests {
    static let folders = Fixtures.folders(with: "modules.json", "expected.json", "reference.safetensors") { path in
        (try? JSONObject.read(path + "/config.json").string("model_type")).map {
            SentenceEmbedder.supportedModelTypes.contains($0)
        } ?? false
    }

    @Test func thereAreFolders() {
        #expect(!Self.folders.isEmpty)
    }

    /// Within 1e-5 of the largest in float32.
    @Test(arguments: folders, [(Precision.float32, Float(1e-5)), (.bfloat16, 0.03), (.int8, 0.1)])
    func embeddingsEqualTheReference(name: String, precision: (kind: Precision, tolerance: Float)) throws {
        let embedder = try SentenceEmbedder(folder: Fixtures.path(name), precision: precision.kind)
        let file = try JSONObject.read(Fixtures.path(name + "/expected.json"))
        guard case .array(let values)? = file.value("texts") else { throw file.error("texts", "is missing") }
        let texts = values.map { if case .string(let text) = $0 { text } else { "" } }
        let found = try embedder.embed(texts)
        let expected = try Safetensors(Fixtures.path(name + "/reference.safetensors")).readTensor("embeddings")
        #expect(relativeError(found.embeddings, expected) <= precision.tolerance)
        #expect(found.tokenCounts.count == texts.count)
        #expect(embedder.size == expected.shape[1])
    }

    /// Those around a text count, those that were left out do not.
    @Test func tokensAreCounted() throws {
        let embedder = try SentenceEmbedder(folder: Fixtures.ownPath("text-minilm"))
        let tokenizer = try ModelFolder(Fixtures.ownPath("text-minilm")).textTokenizer()
        let texts = ["", "Snow melts.", String(repeating: "snow ", count: 100)]
        let counts = try embedder.embed(texts).tokenCounts
        #expect(counts == texts.map { min(tokenizer.encode($0, limit: 1000)?.count ?? 0, embedder.tokenLimit) })
        #expect(try embedder.embed(texts, tokenLimit: 5).tokenCounts == [2, min(counts[1], 5), 5])
    }

    /// Without modules an encoder's sentences are the normalised means of their tokens, as those of all-MiniLM are.
    @Test func encodersAloneAreAveraged() throws {
        let folder = TemporaryFolder()
        for name in folderContents(Fixtures.ownPath("text-minilm"))
        where name.hasSuffix("on") || name.hasSuffix("txt") || name == "model.safetensors" {
            guard name != "modules.json", name != "sentence_bert_config.json" else { continue }
            folder.write(name, try InputFile(Fixtures.ownPath("text-minilm/" + name)).contents(limit: 1 << 26))
        }
        let (bare, whole) = (
            try SentenceEmbedder(folder: folder.path), try SentenceEmbedder(folder: Fixtures.ownPath("text-minilm"))
        )
        #expect(bare.tokenLimit == 64 && whole.tokenLimit == 24)
        let texts = ["Snow melts.", "A baker"]
        #expect(try bare.embed(texts).embeddings == whole.embed(texts).embeddings)
    }

    @Test(arguments: [
        (["pooling_mode_cls_token"], nil as String?), (["pooling_mode_max_tokens"], nil),
        (["pooling_mode_mean_tokens", "pooling_mode_cls_token"], "pooling_mode_cls_token"),
        (["pooling_mode_weightedmean_tokens"], "pooling_mode_weightedmean_tokens"),
    ])
    func poolingIsReadOrRefused(modes: [String], refused: String?) throws {
        let folder = TemporaryFolder()
        for name in folderContents(Fixtures.ownPath("text-minilm")) where name != "1_Pooling" {
            folder.write(name, try InputFile(Fixtures.ownPath("text-minilm/" + name)).contents(limit: 1 << 26))
        }
        folder.createFolder("1_Pooling")
        folder.write("1_Pooling/config.json", "{" + modes.map { "\"\($0)\": true" }.joined(separator: ", ") + "}")
        if let refused {
            let error = #expect(throws: FileError.self) { try SentenceEmbedder(folder: folder.path) }
            #expect(error?.place == refused)
        } else {
            let embedding = try SentenceEmbedder(folder: folder.path).embed(["Snow melts."]).embeddings
            let mean = try SentenceEmbedder(folder: Fixtures.ownPath("text-minilm")).embed(["Snow melts."]).embeddings
            #expect(relativeError(embedding, mean) > 1e-3)
        }
    }

    /// In the hub's cache files are links to blobs, those of modules too; a module elsewhere is refused.
    @Test func modulesAreReadInTheHubsCache() throws {
        let folder = TemporaryFolder()
        let (blobs, snapshot) = ("models--a--b/blobs", "models--a--b/snapshots/0123456789")
        for path in [blobs, snapshot, snapshot + "/1_Pooling"] { folder.createFolder(path) }
        for name in folderContents(Fixtures.ownPath("text-minilm")) where name != "1_Pooling" {
            folder.write(
                "\(blobs)/\(name)", try InputFile(Fixtures.ownPath("text-minilm/" + name)).contents(limit: 1 << 26))
            try link(folder.file("\(snapshot)/\(name)"), "../../blobs/" + name)
        }
        let settings = try InputFile(Fixtures.ownPath("text-minilm/1_Pooling/config.json")).contents(limit: 1 << 20)
        folder.write(blobs + "/pooling", settings)
        try link(folder.file(snapshot + "/1_Pooling/config.json"), "../../../blobs/pooling")
        let found = try SentenceEmbedder(folder: folder.file(snapshot)).embed(["Snow melts."]).embeddings
        #expect(
            try found == SentenceEmbedder(folder: Fixtures.ownPath("text-minilm")).embed(["Snow melts."]).embeddings)
        folder.write(
            blobs + "/modules.json",
            text(folder.file(blobs + "/modules.json")).replacing("1_Pooling", with: "../../blobs"))
        let error = #expect(throws: FileError.self) { try SentenceEmbedder(folder: folder.file(snapshot)) }
        #expect(error?.cause.contains("which is not inside the folder") == true, "\(String(describing: error))")
    }

    private func link(_ path: String, _ target: String) throws {
        try #require(symlink(target, path) == 0)
    }

    @Test func unknownModulesAreNamed() throws {
        let folder = TemporaryFolder()
        for name in folderContents(Fixtures.ownPath("text-minilm")) where name != "1_Pooling" {
            folder.write(name, try InputFile(Fixtures.ownPath("text-minilm/" + name)).contents(limit: 1 << 26))
        }
        folder.write("modules.json", #"[{"type": "sentence_transformers.models.CNN", "path": "1_CNN"}]"#)
        let error = #expect(throws: FileError.self) { try SentenceEmbedder(folder: folder.path) }
        #expect(error?.cause == "the module 'CNN' is not supported")
    }
}
