import TesseraFiles
import TesseraLanguage
import TesseraLayers
import TesseraTensor
import TesseraText
import TesseraTraining
import TesseraTransformer
import TestSupport
import Testing

/// Losses and gradients of the families against PyTorch's: 1e-4 of each gradient's largest, or of a hundredth of the largest of all, and
/// of the loss.
@Suite struct GradientTests {
    private static let folder = Fixtures.ownPath("text-gradients")
    private static let adapterFolder = Fixtures.ownPath("text-adapter-gradients")
    private static let tolerance: Float = 1e-4

    /// A model that there is a reference of: the whole of it, or adapters beside all matrices of its blocks.
    struct Case: CustomTestStringConvertible {
        let name: String
        var hasAdapters = false

        var testDescription: String { name + (hasAdapters ? " with adapters" : "") }
        var path: String { Fixtures.ownPath(name) }
    }

    /// The models that there are references of, with the class that config.json names.
    private static func models(_ suffixes: [String]) -> [Case] {
        let whole = folderContents(folder).map { Case(name: String($0.dropLast(".safetensors".count))) }
        let adapted = folderContents(adapterFolder).map { Case(name: $0, hasAdapters: true) }
        return (whole + adapted).filter { model in
            let config = try? JSONObject.read(joinPath(model.path, "config.json"))
            return config?.architectures.contains { name in suffixes.contains(where: name.hasSuffix) } == true
        }
    }

    private static let writers = models(["MTModel", "ForConditionalGeneration"])
    private static let classifiers = models(["ForSequenceClassification"])
    private static let languageModels = models(["LMHeadModel", "ForCausalLM"])

    @Test func thereAreModels() {
        #expect(Self.writers.count >= 5 && Self.classifiers.count >= 4 && Self.languageModels.count >= 5)
    }

    // The shorter texts of a batch are filled up, which changes no gradient.

    @Test(arguments: writers)
    func encoderDecodersEqualTheReference(test: Case) throws {
        let reference = try Reference(test)
        let folder = try SequenceToSequenceFolder(finetuning: test.path)
        let model = try Self.model(test, folder)
        let inputs = try reference.file.readRows("decoder_input_ids") { Int32($0) }
        let pairs = reference.texts.indices.map { row in
            let width = inputs[row].count
            let targets = reference.labels[row * width..<(row + 1) * width].prefix { $0 >= 0 }
            return EncodedPair(
                source: reference.texts[row].ids, inputs: Array(inputs[row].prefix(targets.count)),
                targets: Array(targets))
        }
        try reference.check(
            SequenceToSequenceTraining(), model, TextPairBatch(pairs, partCount: 1),
            names: folder.names(of: model.layers))
    }

    @Test(arguments: classifiers)
    func classifiersEqualTheReference(test: Case) throws {
        let reference = try Reference(test)
        let labels = try JSONObject.read(joinPath(test.path, "config.json")).labels()
        let folder = try TextClassifierFolder(finetuning: test.path, labels: labels)
        let model = try Self.model(test, folder)
        let examples = zip(reference.texts, reference.labels).map {
            EncodedExample(text: $0, label: $1, teacherLogits: [])
        }
        try reference.check(
            TextClassification(), model, LabelledTextBatch(examples, partCount: 1),
            names: folder.names(of: model.layers))
    }

    @Test(arguments: languageModels)
    func languageModelsEqualTheReference(test: Case) throws {
        let reference = try Reference(test)
        let folder = try LanguageModelFolder(finetuning: test.path)
        let model = try Self.model(test, folder)
        let width = reference.ids[0].count
        let targets = reference.labels.indices.map { $0 % width == width - 1 ? -1 : reference.labels[$0 + 1] }
        var gradient = model.zeros()
        let (logits, saved) = model.preparedForTraining(.float32).forward(
            reference.ids.flatMap(\.self), sequences: reference.ids.count, memory: nil, random: RandomGenerator(seed: 0)
        )
        let losses: [Double]
        var logitsGradient: Tensor
        (losses, logitsGradient) = CrossEntropy()(logits, labels: targets)
        let count = targets.count { $0 >= 0 }
        logitsGradient *= 1 / Float(count)
        var memory: Tensor?
        model.preparedForTraining(.float32).backward(
            logitsGradient, saved, into: &gradient, memoryGradient: &memory)
        try reference.check(
            losses.reduce(0, +) / Double(count), gradient, names: folder.names(of: model.layers))
    }

    /// The model of a reference, with the reference's adapters where there are such.
    private static func model<Folder: TextTrainingFolder>(
        _ test: Case, _ folder: Folder
    ) throws -> Trainable<Folder.Network> {
        guard test.hasAdapters else { return try folder.initialModel(seed: 0) }
        let adaptation = LowRankAdaptation(rank: 2, alpha: 6, targets: .all, merges: false, base: test.name)
        var model = try adaptation.model(of: folder, seed: 0)
        var copy = model
        let others = copy.takeParameters().names.filter { !$0.contains(".adapter.") }
        try model.layers.load(
            from: Checkpoint(folder: joinPath(adapterFolder, test.name)), names: folder.names(of: model.layers),
            skipping: Set(others)
        ) { _ in nil }
        return model
    }

    /// What DistilBERT learns: words, what the teacher thinks of them, and its hidden states.
    @Test func distillationEqualsTheReference() throws {
        let reference = try Reference(file: Safetensors(Fixtures.ownPath("text-distillation/reference.safetensors")))
        let folder = try MaskedLanguageModelFolder(finetuning: Fixtures.ownPath("text-bert-mask"))
        let options = try reference.file.readTensor("options").values
        let teacher = try MaskedWordTeacher(
            ModelFolder(Fixtures.ownPath("text-distillation")), student: folder,
            distillation: Distillation(temperature: options[0], share: options[1]), statesWeight: options[2])
        let places = try reference.file.readRows("places") { Int($0) }
        let texts = reference.texts.enumerated().map { row, text in
            let own = places.indices.filter { places[$0][0] == row }
            return MaskedText(text: text, places: own.map { places[$0][1] }, words: own.map { reference.labels[$0] })
        }
        let model = try folder.initialModel(seed: 0)
        try reference.check(
            MaskedLanguageModelling(teacher: teacher), model, MaskedTextBatch(texts, partCount: 1),
            names: folder.names(of: model.layers))
    }

    private struct Reference {
        let file: Safetensors
        let ids: [[Int32]]
        let valid: [[Bool]]
        /// -1 where nothing is learned.
        let labels: [Int32]

        init(_ test: Case) throws {
            let path =
                test.hasAdapters
                ? joinPath(GradientTests.adapterFolder, test.name + "/reference.safetensors")
                : joinPath(GradientTests.folder, test.name + ".safetensors")
            try self.init(file: Safetensors(path))
        }

        init(file: Safetensors) throws {
            self.file = file
            ids = try file.readRows("input_ids") { Int32($0) }
            valid = try file.readRows("attention_mask") { $0 != 0 }
            labels = try file.readTensor("labels").values.map { $0 == -100 ? -1 : Int32($0) }
        }

        /// What the tokens of each sequence are, without those that fill it up.
        var texts: [EncodedText] {
            zip(ids, valid).map { ids, valid in
                var text = EncodedText()
                for (id, isValid) in zip(ids, valid) where isValid { text.append(id, at: 0..<0, source: 0) }
                return text
            }
        }

        /// Compares what the objective says of a batch whose samples count alike.
        func check<Objective: TrainingObjective>(
            _ objective: Objective, _ model: Trainable<Objective.Model>, _ batch: Objective.Batch, names: TensorNames
        ) throws {
            var gradient = model.zeros()
            let report = objective.accumulate(
                model.preparedForTraining(.float32), batch, scale: 1 / Float(batch.count),
                random: RandomGenerator(seed: 0), into: &gradient)
            try check(report.lossSum / Double(batch.count), gradient, names: names)
        }

        func check<Model: Layer>(_ loss: Double, _ gradient: Model, names: TensorNames) throws {
            let expected = try file.readTensor("loss").values[0]
            #expect(abs(Float(loss) - expected) <= GradientTests.tolerance * expected)
            // A bias of keys changes nothing: its gradient is the rounding of others.
            let largest = try file.names.filter { $0.hasPrefix("gradient.") }
                .reduce(Float(0)) { try max($0, file.readTensor($1).values.map(abs).max() ?? 0) }
            let found = Trainable(gradient).checkpointTensors(names: names) { _, shape in shape }
            var compared = 0
            for tensor in found {
                guard file.contains("gradient." + tensor.name) else { continue }
                let expected = try file.readTensor("gradient." + tensor.name)
                let own = expected.values.map(abs).max() ?? 0
                let error = zip(tensor.tensor.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
                #expect(error <= GradientTests.tolerance * max(own, 0.01 * largest), "\(tensor.name)")
                compared += 1
            }
            #expect(compared == file.names.count { $0.hasPrefix("gradient.") })
        }
    }
}
