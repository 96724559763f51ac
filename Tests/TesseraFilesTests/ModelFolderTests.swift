import TesseraFiles
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct ModelFolderTests {
    private let folder = TemporaryFolder()
    private let commit = "3f49326eb077187dfe1c2a2bb15fbd74e6ab91e3"

    private var cache: HubCache {
        let path = folder.file("hub")
        return HubCache { $0 == "HF_HUB_CACHE" ? path : nil }
    }

    /// A repository as huggingface_hub lays it out: files in `blobs`, links to them in `snapshots/COMMIT`.
    private func addRepository(_ name: String, modelType: String = "vit", branch: Bool = true) {
        folder.write("hub/\(name)/blobs/aaa", "{\"model_type\": \"\(modelType)\"}")
        let header = #"{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#
        folder.write("hub/\(name)/blobs/bbb", safetensorsBytes(header, [7]))
        folder.link("hub/\(name)/snapshots/\(commit)/config.json", to: "../../blobs/aaa")
        folder.link("hub/\(name)/snapshots/\(commit)/model.safetensors", to: "../../blobs/bbb")
        if branch { folder.write("hub/\(name)/refs/main", commit) }
    }

    private func failure(_ argument: String) -> FileError? {
        #expect(throws: FileError.self) {
            _ = try ModelFolder.resolve(argument, shippedModels: folder.file("shipped"), cache: cache)
        }
    }

    @Test func findsAFolderThenAShippedModelThenTheCache() throws {
        folder.write("shipped/vit-small/config.json", #"{"model_type": "vit"}"#)
        addRepository("models--google--vit-base")
        addRepository("models--gpt2", branch: false)
        func resolve(_ argument: String) throws -> String {
            try ModelFolder.resolve(argument, shippedModels: folder.file("shipped"), cache: cache).path
        }
        #expect(try resolve(folder.file("shipped/vit-small")) == folder.file("shipped/vit-small"))
        #expect(try resolve("vit-small") == folder.file("shipped/vit-small"))
        #expect(try resolve("google/vit-base") == folder.file("hub/models--google--vit-base/snapshots/\(commit)"))
        #expect(try resolve("gpt2") == folder.file("hub/models--gpt2/snapshots/\(commit)"))
    }

    @Test func saysWhatWouldFetchAModel() {
        #expect(failure("google/vit-huge")?.kind == .unreadable)
        #expect(failure("google/vit-huge")?.cause.contains("'fetch-model google/vit-huge'") == true)
        for argument in ["../x", "a/b/c", "", "/absent", "a--b/c", "x\0y", "-x", "a/$(x)"] {
            #expect(failure(argument)?.cause.contains("fetch-model") == false)
        }
        #expect(failure(folder.write("model.safetensors", ""))?.cause.contains("is a file") == true)
    }

    @Test func cachedFilesAreLinksIntoTheirOwnRepository() throws {
        addRepository("models--google--vit-base")
        let model = try ModelFolder.resolve("google/vit-base", shippedModels: nil, cache: cache)
        #expect(try model.read("config.json").string("model_type") == "vit")
        #expect(try Checkpoint(model).readTensor("t").values == [7])

        addRepository("models--other--secret")
        let target = folder.file("hub/models--other--secret/blobs/aaa")
        folder.link("hub/models--google--vit-base/snapshots/\(commit)/preprocessor_config.json", to: target)
        let error = #expect(throws: FileError.self) { _ = try model.read("preprocessor_config.json") }
        #expect(error?.cause == "is a link that leads out of the folder")
    }

    @Test func aBranchThatNamesNoCommitIsRefused() {
        addRepository("models--google--vit-base")
        folder.write("hub/models--google--vit-base/refs/main", "../../../../etc")
        #expect(failure("google/vit-base")?.kind == .badData)
    }

    @Test func onlyPlainNamesAreOpened() throws {
        let model = try ModelFolder(folder.createFolder("model"))
        for name in ["../x", "/etc/passwd", "..", ".", "", "a\0b", "a/../../b", "a/", "/a", "a//b", "a/./b"] {
            let error = #expect(throws: FileError.self) { _ = try model.open(name) }
            #expect(error?.kind == .badData)
        }
        for name in ["absent", "1_Pooling/absent"] {
            let error = #expect(throws: FileError.self) { _ = try model.open(name) }
            #expect(error?.kind == .unreadable)
        }
        folder.createFolder("model/1_Pooling")
        folder.write("model/1_Pooling/config.json", "{}")
        #expect(try model.read("1_Pooling/config.json").keys.isEmpty && model.contains("1_Pooling/config.json"))
    }

    @Test func listsShippedAndCachedModelsOfSupportedTypes() {
        folder.write("shipped/vit-small/config.json", #"{"model_type": "vit"}"#)
        folder.write("shipped/broken/config.json", "{")
        folder.write("shipped/README.md", "x")
        addRepository("models--google--vit-base")
        addRepository("models--openai--whisper", modelType: "whisper")
        folder.createFolder("hub/models--empty--one")
        folder.createFolder("hub/datasets--a--b")
        let found = ModelFolder.available(
            shippedModels: folder.file("shipped"), modelTypes: ["vit", "deit"], cache: cache)
        #expect(found.map(\.name) == ["vit-small", "google/vit-base"])
        let none = ModelFolder.available(
            shippedModels: folder.file("absent"), modelTypes: ["vit"], cache: HubCache { _ in nil })
        #expect(none.isEmpty)
    }

    @Test(
        arguments: [
            (["HF_HUB_CACHE": "/a", "HF_HOME": "/b", "HOME": "/h"], "/a"), (["HF_HOME": "/b", "HOME": "/h"], "/b/hub"),
            (["HF_HOME": "~/x", "HOME": "/h"], "/h/x/hub"),
            (["HF_HOME": "", "HOME": "/h"], "/h/.cache/huggingface/hub"),
            (["XDG_CACHE_HOME": "/c", "HOME": "/h"], "/c/huggingface/hub"), ([:], nil),
        ] as [([String: String], String?)])
    func theEnvironmentNamesTheCache(_ environment: [String: String], _ path: String?) {
        #expect(HubCache { environment[$0] }.path == path)
    }

    /// Without a branch the commits of a repository are counted, and one that has no name is one all the same.
    @Test func aCommitWhoseNameIsNotUTF8() {
        addRepository("models--owner--name", branch: false)
        let strange = Array(folder.file("hub/models--owner--name/snapshots/").utf8CString.dropLast()) + [-1, 0]
        #expect(mkdir(strange, 0o700) == 0)
        #expect(failure("owner/name")?.cause == #"holds a file whose name is not UTF-8: \xff"#)
    }
}
